import {
	type ConnectionOptions,
	type Cursor,
	createThrottle,
	pages,
	RateLimitError,
	ResponseError,
	type Thread,
} from 'hubspot-threads';

const maxRequests = 30;

const threadsPath = '/conversations/v3/conversations/threads';

/** One page, or why there is none. */
export interface Answer {
	readonly threads: readonly Thread[];
	readonly next: Cursor | undefined;
	/** Such as `HubSpot answered 400 VALIDATION_ERROR`. */
	readonly failure: string | undefined;
}

/**
 * Asks for one page with raw parameters, also with such as the library would refuse. `path` is another one than that
 * of the list of threads; where it has one thing, the page has that.
 */
export type Ask = (
	parameters: Readonly<Record<string, string>>,
	more?: {readonly after?: Cursor | undefined; readonly path?: string},
) => Promise<Answer>;

/** What one answer said about the rate limit. */
export interface RateReading {
	/** Milliseconds since 1970, when its request left and when its answer came: HubSpot counted it in between. */
	readonly sent: number;
	readonly answered: number;
	readonly limit: number;
	readonly remaining: number;
	readonly interval: number;
}

/** What came of all requests so far. */
export interface Log {
	requests: number;
	readonly cursors: Cursor[];
	/** For each 429 of a burst, whether it carried `Retry-After`. */
	readonly bursts: boolean[];
	readonly rates: RateReading[];
}

/** @returns an `ask` that never makes more than 30 requests, retries included; it fails when none can succeed. */
export function createAsk(connection: ConnectionOptions): {readonly ask: Ask; readonly log: Log} {
	const log: Log = {requests: 0, cursors: [], bursts: [], rates: []};
	const throttle = createThrottle();

	async function fetch(request: Request) {
		log.requests++;
		const sent = Date.now();
		const response = await (connection.fetch ?? globalThis.fetch)(request);
		const answered = Date.now();
		if (response.status === 429 && !/daily/i.test(await response.clone().text())) {
			log.bursts.push(response.headers.has('retry-after'));
		}

		const [limit, remaining, interval] = ['max', 'remaining', 'interval-milliseconds'].map(name =>
			Number(response.headers.get(`x-hubspot-ratelimit-${name}`) ?? Number.NaN),
		) as [number, number, number];
		log.rates.push({sent, answered, limit, remaining, interval});
		return response;
	}

	/** From another path, where an answer may be one thing: it becomes a page of one. */
	async function fetchFrom(path: string, request: Request) {
		const url = new URL(request.url);
		url.pathname = url.pathname.replace(threadsPath, path);
		const response = await fetch(new Request(url, request));
		const body = response.ok ? await response.json() : undefined;
		return body ? Response.json('results' in body ? body : {results: [body]}, response) : response;
	}

	async function ask(
		searchParams: Readonly<Record<string, string>>,
		{after, path = threadsPath}: Parameters<Ask>[1] = {},
	): Promise<Answer> {
		const left = maxRequests - log.requests;
		if (left === 0) {
			return {threads: [], next: undefined, failure: `all ${maxRequests} requests were used up by retries`};
		}

		const retry = {retries: Math.min(2, left - 1)};
		const walk = pages({
			...connection,
			fetch: path === threadsPath ? fetch : request => fetchFrom(path, request),
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
			log.cursors.push(...(next === undefined || path !== threadsPath ? [] : [next]));
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
