import type {SandboxOptions} from 'hubspot-threads/sandbox';
import {all} from './lineup.ts';
import {type Latency, pages} from './loads.ts';
import type {Entry} from './race.ts';
import {setTo} from './section.ts';

export const pageSize = 100;

export const spreads = ['uniform', 'recent', 'tail', 'import'] as const satisfies ReadonlyArray<
	SandboxOptions['spread']
>;

export const latencies: readonly Latency[] = [100, 250, 500, 1000, 2000, 3000];

/** Of the loops: they do little but wait. */
const pairs: ReadonlyArray<readonly Latency[]> = [
	[100, 3000],
	[250, 2000],
	[500, 1000],
];

export interface Loader extends Entry {
	readonly title: string;
	readonly latency: Latency;
	/** Of the pages, how many it reads. */
	readonly part: number;
}

/** Milliseconds for which a loop is measured, whose pace is the same all the time. */
export const duration = 20_000;

/** The made threads end with 2025, and so does the day of the load: no account ends months before it is read. */
export const startsAt = Date.UTC(2026, 0, 1);

export const title = '`sync()`';

/** `sync()` over each spread. */
export const loadsAt = (latency: Latency): readonly Loader[] =>
	spreads.map(spread => ({
		title: `${title}, ${spread}`,
		name: `${title}, ${spread}, ${setTo(latency)}`,
		contender: 'sync',
		latency,
		part: pages,
		server: {threads: pages * pageSize, spread, latency, startsAt},
	}));

/** The others read one page after the other, and see no spread. */
export const loopsAt = (latency: Latency): readonly Loader[] =>
	all
		.filter(({contender}) => contender !== 'sync')
		.map(({name: title, contender}) => {
			const part = Math.round(duration / latency);
			return {
				title,
				name: `${title}, ${setTo(latency)}`,
				contender,
				latency,
				part,
				server: {threads: part * pageSize, latency, startsAt},
			};
		});

/**
 * The loads of one latency at a time. With eight at once, on two slow cores, three of 24 loads had up to 200 requests in
 * 10 s; with four, none had more than 190.
 */
export const groups = [...latencies.map(loadsAt), ...pairs.map(pair => pair.flatMap(loopsAt))];
