import type {VirtualTime} from './virtual-time.ts';

export interface TimedServerOptions {
	readonly shape: 'uniform' | 'recent' | 'tail' | 'import';
	/** Milliseconds. */
	readonly latency: number;
	/** Of 500 threads. */
	readonly pages: number;
	/** Requests per ten seconds; what is above is answered with 429. */
	readonly limit: number;
	/** What the headers say of it. */
	readonly inHeaders: number;
}

const begin = Date.UTC(2020, 0, 1);
const span = Date.UTC(2026, 0, 1) - begin;
const hour = 3_600_000 / span;
const rest = (1 - hour) / 2;

/** The part of the time that has gone by when the part `done` of the threads has come, as in the sandbox. */
const shapes: Readonly<Record<TimedServerOptions['shape'], (done: number) => number>> = {
	uniform: done => done,
	recent: done => done ** (1 / 3),
	tail: done => (done < 0.2 ? (done / 0.2) * 0.98 : 0.98 + ((done - 0.2) / 0.8) * 0.02),
	import(done) {
		if (done < 0.25) {
			return (done / 0.25) * rest;
		}

		return done < 0.75 ? rest + ((done - 0.25) / 0.5) * hour : rest + hour + ((done - 0.75) / 0.25) * rest;
	},
};

/** Nothing but a list by time, of threads with no more than its walk needs: half a million of them are soon made. */
export function timedServer(
	time: VirtualTime,
	{shape, latency, pages, limit, inHeaders}: TimedServerOptions,
) {
	const count = pages * 500;
	const times = Array.from({length: count}, (_, index) =>
		Math.floor(begin + shapes[shape](index / count) * span),
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
		const first = firstAfter(times, bound);
		const results = times.slice(first, first + 500).map((at, index) => ({
			id: String(first + index),
			latestMessageTimestamp: new Date(at).toISOString(),
		}));
		const next = first + 500 < count ? {paging: {next: {after: String(first + 500)}}} : {};
		return Response.json(counted > limit ? {policyName: 'TEN_SECONDLY_ROLLING'} : {results, ...next}, {
			status: counted > limit ? 429 : 200,
			headers: {
				'x-hubspot-ratelimit-max': String(inHeaders),
				'x-hubspot-ratelimit-remaining': String(Math.max(0, inHeaders - counted)),
				'x-hubspot-ratelimit-interval-milliseconds': '10000',
			},
		});
	};

	return {fetch, arrivals, answers};
}

function firstAfter(times: readonly number[], bound: number): number {
	let low = 0;
	let high = times.length;
	while (low < high) {
		const middle = (low + high) >>> 1;
		if ((times[middle] as number) > bound) {
			high = middle;
		} else {
			low = middle + 1;
		}
	}

	return low;
}
