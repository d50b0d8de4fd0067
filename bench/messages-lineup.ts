import type {Entry} from './race.ts';
import {setTo} from './section.ts';

export const threads = 2000;
export const pageSize = 100;
export const latencies = [250, 1000] as const;

/** Milliseconds: about as long as the limit needs for all threads. */
export const duration = 100_000;

/** What loops of so many requests at a time read in that time, as whole pages, so that it can be scaled. */
const partOf = (atOnce: number) => (latency: number) =>
	Math.floor((duration * atOnce) / latency / pageSize) * pageSize;

const contenders = [
	{title: 'bare `fetch` loop', contender: 'messages-fetch', isOurs: false, partAt: partOf(1)},
	{title: '`p-limit` loop, 4 at a time', contender: 'messages-p-limit', isOurs: false, partAt: partOf(4)},
	{title: '`sync({messages: true})`', contender: 'sync-messages', isOurs: true, partAt: () => threads},
];

export interface MessageReader extends Entry {
	readonly title: string;
	readonly isOurs: boolean;
	/** In milliseconds, and as it is shown. */
	readonly latency: number;
	readonly shownLatency: string;
	/** Of the threads, how many it reads. */
	readonly part: number;
}

/** Each contender at each latency, with a HubSpot of its own. */
export const readers: readonly MessageReader[] = latencies.flatMap(latency =>
	contenders.map(({title, contender, isOurs, partAt}) => ({
		title,
		isOurs,
		latency,
		shownLatency: setTo(latency),
		part: partAt(latency),
		name: `${title}, ${setTo(latency)}`,
		contender,
		countsIds: true,
		server: {threads: partAt(latency), latency},
	})),
);
