import type {VirtualTime} from './virtual-time.ts';

export interface LimitedServerOptions {
	readonly limit: number;
	readonly interval: number;
	/** Milliseconds before the request with this number (from 0) arrives. */
	readonly travel: (number: number) => number;
	/** Milliseconds after that, until it is answered. */
	readonly answer: (number: number) => number;
	/** What the headers say instead of the truth. */
	readonly remaining?: (truth: number) => number;
}

/** A list without end behind a limit of its own, which counts what arrives, in virtual time or in real time. */
export function createLimitedServer(
	time: Pick<VirtualTime, 'now'>,
	{limit, interval, travel, answer, remaining = truth => truth}: LimitedServerOptions,
) {
	/** When each request arrived, also those that were refused. */
	const arrivals: number[] = [];
	const accepted: Array<{at: number; by: string}> = [];
	let sent = 0;
	let refused = 0;
	let first = 0;
	const pass = (milliseconds: number) => new Promise<void>(resolve => setTimeout(resolve, milliseconds));

	const fetch = async (request: Request): Promise<Response> => {
		const number = sent++;
		await pass(travel(number));
		request.signal.throwIfAborted();
		const at = time.now();
		arrivals.push(at);
		while (accepted[first] && (accepted[first] as {at: number}).at <= at - interval) {
			first++;
		}

		const isRefused = accepted.length - first >= limit;
		if (isRefused) {
			refused++;
		} else {
			accepted.push({at, by: request.headers.get('authorization') as string});
		}

		const left = remaining(limit - (accepted.length - first));
		await pass(answer(number));
		return Response.json(
			isRefused
				? {policyName: 'TEN_SECONDLY_ROLLING'}
				: {results: [{id: String(number)}], paging: {next: {after: String(number)}}},
			{
				status: isRefused ? 429 : 200,
				headers: {
					'x-hubspot-ratelimit-max': String(limit),
					'x-hubspot-ratelimit-remaining': String(left),
					'x-hubspot-ratelimit-interval-milliseconds': String(interval),
				},
			},
		);
	};

	return {fetch, arrivals, accepted, refused: () => refused};
}

/** The most that arrived in any one interval. */
export function mostIn(interval: number, arrivals: readonly number[]): number {
	let first = 0;
	let most = 0;
	const sorted = arrivals.toSorted((a, b) => a - b);
	for (const [index, time] of sorted.entries()) {
		while ((sorted[first] as number) <= time - interval) {
			first++;
		}

		most = Math.max(most, index - first + 1);
	}

	return most;
}
