import {
	type ConnectionOptions,
	type Cursor,
	createThrottle,
	pages,
	RateLimitError,
	ResponseError,
	type Thread,
} from 'hubspot-threads';

const maxRequests = 20;

/** One page, or why there is none. */
export interface Answer {
	readonly threads: readonly Thread[];
	readonly next: Cursor | undefined;
	/** Such as `HubSpot answered 400 VALIDATION_ERROR`. */
	readonly failure: string | undefined;
}

/** Asks for one page with raw parameters, also with such as the library would refuse. */
export type Ask = (parameters: Readonly<Record<string, string>>, after?: Cursor) => Promise<Answer>;

/** What came of all requests so far. */
export interface Log {
	requests: number;
	readonly cursors: Cursor[];
	/** For each 429 of a burst, whether it carried `Retry-After`. */
	readonly bursts: boolean[];
}

/** @returns an `ask` that never makes more than 20 requests, retries included; it fails when none can succeed. */
export function createAsk(connection: ConnectionOptions): {readonly ask: Ask; readonly log: Log} {
	const log: Log = {requests: 0, cursors: [], bursts: []};
	const throttle = createThrottle();

	async function fetch(request: Request) {
		log.requests++;
		const response = await (connection.fetch ?? globalThis.fetch)(request);
		if (response.status === 429 && !/daily/i.test(await response.clone().text())) {
			log.bursts.push(response.headers.has('retry-after'));
		}

		return response;
	}

	async function ask(searchParams: Readonly<Record<string, string>>, after?: Cursor): Promise<Answer> {
		const left = maxRequests - log.requests;
		if (left === 0) {
			return {threads: [], next: undefined, failure: `all ${maxRequests} requests were used up by retries`};
		}

		const retry = {retries: Math.min(2, left - 1)};
		const walk = pages({
			...connection,
			fetch,
			throttle,
			retry,
			searchParams,
			after,
			maxPages: 1,
			readAhead: 0,
		});
		try {
			const {value: page} = await walk.next();
			const next = page?.resume?.after ?? undefined;
			log.cursors.push(...(next === undefined ? [] : [next]));
			return {threads: page?.threads ?? [], next, failure: undefined};
		} catch (error) {
			const isDaily = error instanceof RateLimitError && error.policyName === 'DAILY';
			if (!(error instanceof ResponseError) || isDaily || [401, 403].includes(error.status)) {
				throw error;
			}

			const {status, category = '', subCategory = ''} = error;
			// Not the message: it could repeat what it was asked with.
			return {
				threads: [],
				next: undefined,
				failure: `HubSpot answered ${[status, category, subCategory].filter(Boolean).join(' ')}`,
			};
		} finally {
			await walk.return();
		}
	}

	return {ask, log};
}

/** The oldest messages come first. */
export const byTimeFrom = (bound: number | string) => ({
	sort: 'latestMessageTimestamp',
	latestMessageTimestampAfter: new Date(bound).toISOString(),
});

/** NaN without a message. */
export const timeOf = ({latestMessageTimestamp}: Thread) => Date.parse(latestMessageTimestamp ?? '');
