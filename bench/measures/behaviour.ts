import {all, ours} from '../lineup.ts';
import {type Entry, type Run, race} from '../race.ts';
import {count, type Measure} from '../section.ts';
import type {ServerOptions} from '../serve.ts';

interface Scenario {
	readonly title: string;
	readonly server: ServerOptions;
	readonly pageSize: number;
	/** Milliseconds after which a walk hangs. */
	readonly deadline: number;
}

const threads = 200;
const pageSize = 20;
/** Longer than the 30 s that the library gives an attempt. */
const deadline = 45_000;

const scenarios: readonly Scenario[] = [
	scenario('an empty page in the middle', {size: 0}),
	scenario('the first cursor comes again on page 4', {repeatCursor: 3}, 4),
	scenario('a burst 429 without `Retry-After`, as HubSpot sends it', {status: 429}),
	scenario('a 503', {status: 503}),
	scenario('a connection that is reset', {reset: true}),
	scenario('a body that is cut', {cut: true}),
	scenario('a body that stalls for ever', {stall: 'body'}),
	scenario('a 200 without `results`', {body: {status: 'error', message: 'internal error'}}),
	{title: 'more than 10,000 pages', server: {threads: 10_100}, pageSize: 1, deadline: 300_000},
];

/** Something happens once. */
function scenario(title: string, fault: NonNullable<ServerOptions['script']>[number], request = 3): Scenario {
	return {title, server: {threads, script: {[request]: fault}}, pageSize, deadline};
}

const contenders: readonly Entry[] = [
	...all.filter(entry => !ours.includes(entry)),
	...ours.filter(({contender}) => contender === 'paginate'),
].map(entry => ({...entry, countsIds: true}));

export const measure: Measure = async () => {
	// Two of them take longer than all of the others.
	const rows = await Promise.all(
		scenarios.map(async ({title, server, pageSize, deadline}) => {
			const entries = contenders.map(entry => ({...entry, deadline}));
			const runs = await race({
				title: `behaviour, ${title}`,
				rounds: 1,
				groups: [entries],
				server,
				pageSize,
			});
			return [title, ...contenders.map(({name}) => outcome(runs.get(name)?.[0] as Run, server.threads))];
		}),
	);

	return {
		title: 'What happens when',
		about: `Each contender walks ${threads} threads by id, ${pageSize} a page, and something happens once, on page 3 unless it says otherwise. It gets all threads, or an error, or less in silence; after ${deadline / 1000} s it hangs.`,
		tables: [{columns: ['`npm run bench -- behaviour`', ...contenders.map(({name}) => name)], rows}],
		verdicts: [],
	};
};

function outcome({threads, distinct, error}: Run, all: number): string {
	if (error !== undefined) {
		return error === 'deadline' ? '**hangs**' : 'error';
	}

	if (distinct < all) {
		return `**${count(distinct)} of ${count(all)}, in silence**`;
	}

	return threads > all ? `all, **${count(threads - all)} twice, in silence**` : 'all';
}
