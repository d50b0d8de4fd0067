import {end, makeThreads, type Spread, spreads, start} from '../../lib/sandbox/made/threads.ts';
import {firstWhere} from '../../lib/sandbox/store.ts';
import type {VirtualTime} from './virtual-time.ts';

export interface TimedServerOptions {
	readonly spread: Spread;
	/** Milliseconds. */
	readonly latency: number;
	readonly threads: number;
	/** How the threads lie within the spread: evenly, or where the sandbox makes them. */
	readonly rows: 'even' | 'random';
	/** Requests per ten seconds; what is above is answered with 429. */
	readonly limit: number;
	/** What the headers say of it. */
	readonly inHeaders: number;
}

/** Virtual time moves its clock, but is no other `Date`: to look it up for each row took as long as all the rest. */
const {Date: Time} = globalThis;

/** Nothing but a list by time, of threads with no more than its walk needs: half a million of them are soon made. */
export function timedServer(
	time: VirtualTime,
	{spread, latency, threads: count, rows, limit, inHeaders}: TimedServerOptions,
) {
	const made = makeThreads({count, seed: 1, inboxIds: ['1'], spread, messageless: 0, archived: 0});
	const evenAt = (index: number) => Math.floor(start + spreads[spread](index / count) * (end - start));
	const times = Array.from({length: count}, (_, index) =>
		rows === 'even' ? evenAt(index) : made.timeAt(index),
	).sort((a, b) => a - b);
	const arrivals: number[] = [];
	const answers: number[] = [];

	const fetch = async (request: Request): Promise<Response> => {
		const {searchParams} = new URL(request.url);
		const bound = Date.parse(searchParams.get('latestMessageTimestampAfter') as string);
		const size = Number(searchParams.get('limit'));
		const now = time.now();
		const counted = arrivals.filter(at => at > now - 10_000).length + 1;
		arrivals.push(now);
		await new Promise<void>(resolve => setTimeout(resolve, latency));
		answers.push(time.now());
		const first = firstWhere(count, index => (times[index] as number) > bound);
		const results = times.slice(first, first + size).map((at, index) => ({
			id: String(first + index),
			latestMessageTimestamp: new Time(at).toISOString(),
		}));
		const next = first + size < count ? {paging: {next: {after: String(first + size)}}} : {};
		return Response.json(counted > limit ? {policyName: 'TEN_SECONDLY_ROLLING'} : {results, ...next}, {
			status: counted > limit ? 429 : 200,
			headers: {
				date: new Date(Date.now()).toUTCString(),
				'x-hubspot-ratelimit-max': String(inHeaders),
				'x-hubspot-ratelimit-remaining': String(Math.max(0, inHeaders - counted)),
				'x-hubspot-ratelimit-interval-milliseconds': '10000',
			},
		});
	};

	return {fetch, arrivals, answers};
}
