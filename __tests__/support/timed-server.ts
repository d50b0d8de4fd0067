import {end, type Spread, spreads, start} from '../../lib/sandbox/made/threads.ts';
import {firstWhere} from '../../lib/sandbox/store.ts';
import type {VirtualTime} from './virtual-time.ts';

export interface TimedServerOptions {
	readonly spread: Spread;
	/** Milliseconds. */
	readonly latency: number;
	/** Of 500 threads. */
	readonly pages: number;
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
	{spread, latency, pages, limit, inHeaders}: TimedServerOptions,
) {
	const count = pages * 500;
	const times = Array.from({length: count}, (_, index) =>
		Math.floor(start + spreads[spread](index / count) * (end - start)),
	);
	const arrivals: number[] = [];
	const answers: number[] = [];

	const fetch = async (request: Request): Promise<Response> => {
		const {searchParams} = new URL(request.url);
		const bound = Date.parse(searchParams.get('latestMessageTimestampAfter') as string);
		const now = time.now();
		const counted = arrivals.filter(at => at > now - 10_000).length + 1;
		arrivals.push(now);
		await new Promise<void>(resolve => setTimeout(resolve, latency));
		answers.push(time.now());
		const first = firstWhere(count, index => (times[index] as number) > bound);
		const results = times.slice(first, first + 500).map((at, index) => ({
			id: String(first + index),
			latestMessageTimestamp: new Time(at).toISOString(),
		}));
		const next = first + 500 < count ? {paging: {next: {after: String(first + 500)}}} : {};
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
