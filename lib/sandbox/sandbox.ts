import type {Thread} from '../lists/thread.ts';
import {abortable, waitUntil} from '../wait.ts';
import {writeCursor} from './cursors.ts';
import {type Fault, halfOf} from './fault.ts';
import {HubspotError} from './hubspot-error.ts';
import {type ListStyle, listPage} from './list.ts';
import {parseListQuery} from './list-query.ts';
import {makeThreads, type Spread} from './make-threads.ts';
import {createTokenEndpoint, type SandboxOAuth, tokenPaths} from './oauth.ts';
import {createRateLimiter, type SandboxRateLimit} from './rate-limiter.ts';
import {createStore, type IndexOptions, sourceOf} from './store.ts';

/** What the sandbox holds, and how it answers. */
export interface SandboxOptions extends ListStyle, IndexOptions {
	/** How many threads to make, or the threads to serve. Default: 1000. */
	readonly threads?: number | readonly Thread[] | undefined;
	/** The same seed makes the same threads. Default: 1. */
	readonly seed?: number | undefined;
	/** How the made threads lie in time. Default: `recent`, more and more of them. */
	readonly spread?: Spread | undefined;
	/** The inboxes of the made threads, the busiest first. Default: three. */
	readonly inboxIds?: readonly string[] | undefined;
	/** The share of the made threads that never had a message. Default: 0.01. */
	readonly messageless?: number | undefined;
	/** The share of the made threads that are archived, and listed only with `archived: true`. Default: 0. */
	readonly archived?: number | undefined;
	/** The token that it takes; a function can change its mind. Default: `sandbox-token`. */
	readonly accessToken?: string | ((token: string) => boolean) | undefined;
	/** An app whose refresh token gets access tokens, which are taken too until they expire. Default: none. */
	readonly oauth?: SandboxOAuth | undefined;
	/** Threads per page at most; a larger `limit` is a 400. Default: 500. */
	readonly maxPageSize?: number | undefined;
	/** Percent-encode the cursors inside the JSON. Default: true, as in HubSpot's sample. */
	readonly encodedCursor?: boolean | undefined;
	/** Default: 190 per 10,000 ms, and 625,000 per day. `false`: no limit, and no headers that tell one. */
	readonly rateLimit?: SandboxRateLimit | false | undefined;
	/** Milliseconds before each answer, or a function that says how many. Default: 0. */
	readonly latency?: number | ((request: SandboxRequest) => number) | undefined;
	/** What goes wrong: by the number of the request, or a function that decides. Default: nothing. */
	readonly faults?:
		| Readonly<Record<number, Fault>>
		| ((request: SandboxRequest) => Fault | undefined)
		| undefined;
}

/** One line of the request log. */
export interface SandboxRequest {
	/** The first is 1. */
	readonly number: number;
	/** When it arrived, in milliseconds since 1970. */
	readonly time: number;
	/** Whole, with its query. */
	readonly url: string;
	/** Of the query, decoded. */
	readonly parameters: URLSearchParams;
	/** With the access token, in `authorization`. */
	readonly headers: Headers;
	/** Of the answer; `undefined` until there is one. */
	status?: number;
	/** The client went away before it had its answer. */
	isAborted?: boolean;
}

/** A HubSpot that is yours. */
export interface Sandbox {
	/** Answers without sockets; for the `fetch` option. */
	readonly fetch: (request: Request) => Promise<Response>;
	/** A token that it takes. */
	readonly accessToken: string;
	/** All requests so far. */
	readonly requests: readonly SandboxRequest[];
	/** What it holds now, in the order of ids. */
	readonly threads: Iterable<Thread>;
	/**
	 * Changes fields of a thread; a new `latestMessageTimestamp` moves it in a list by time.
	 *
	 * @throws {TypeError} if there is no such thread.
	 */
	update(id: string, changes: Partial<Thread>): void;
	/**
	 * A thread gets a message, now unless a time is given, and moves to its new place in a list by time.
	 *
	 * @throws {TypeError} if there is no such thread.
	 */
	receiveMessage(id: string, time?: Date): void;
}

/** Thrown where a connection is reset; over real HTTP it is. */
export class ConnectionReset extends TypeError {
	constructor() {
		super('fetch failed', {cause: Object.assign(new Error('read ECONNRESET'), {code: 'ECONNRESET'})});
	}
}

const paths = new Set([
	'/conversations/v3/conversations/threads',
	'/conversations/conversations/2026-09/threads',
]);

/** Statuses whose answers have no body. */
const bodiless = new Set([204, 205, 304]);

/**
 * A HubSpot without sockets: a function from `Request` to `Response`, for tests with a fake clock.
 *
 * ```ts
 * import {paginate} from 'hubspot-threads';
 * import {createSandbox} from 'hubspot-threads/sandbox';
 *
 * const {fetch, accessToken, receiveMessage} = createSandbox({threads: 3});
 * for await (const thread of paginate({fetch, accessToken})) {
 *   receiveMessage(thread.id);
 *   console.log(thread.id);
 * }
 * ```
 */
export function createSandbox(options: SandboxOptions = {}): Sandbox {
	const {threads = 1000, accessToken = 'sandbox-token', encodedCursor = true, maxPageSize = 500} = options;
	const {latency = 0, faults = {}} = options;
	const source =
		typeof threads === 'number'
			? makeThreads({
					count: threads,
					seed: options.seed ?? 1,
					inboxIds: options.inboxIds ?? ['481939', '273071781', '147959634'],
					spread: options.spread ?? 'recent',
					messageless: options.messageless ?? 0.01,
					archived: options.archived ?? 0,
				})
			: sourceOf(threads);
	const store = createStore(source, options);
	const oauth = options.oauth && createTokenEndpoint(options.oauth);
	const limiter = options.rateLimit === false ? undefined : createRateLimiter(options.rateLimit ?? {});
	const requests: SandboxRequest[] = [];
	/** By list, for one cursor can be right in two of them. */
	const sentCursors = new Map<string, string[]>();

	async function fetch(request: Request): Promise<Response> {
		const {signal} = request;
		signal.throwIfAborted();
		const {pathname, searchParams} = new URL(request.url);
		const entry: SandboxRequest = {
			number: requests.length + 1,
			time: Date.now(),
			url: request.url,
			parameters: searchParams,
			headers: request.headers,
		};
		requests.push(entry);
		const fault = typeof faults === 'function' ? (faults(entry) ?? {}) : (faults[entry.number] ?? {});
		// No body is read but this one: it would take a turn, and the time of an answer would no longer be exact.
		const isToken = oauth !== undefined && request.method === 'POST' && tokenPaths.has(pathname);
		const form = isToken ? new URLSearchParams(await request.text()) : undefined;
		const answer = answerTo(pathname, searchParams, request.headers, form, fault);
		const wait = fault.latency ?? (typeof latency === 'function' ? latency(entry) : latency);
		try {
			await waitUntil(Date.now() + wait, signal);
			if (fault.stall === 'headers') {
				await abortable(signal, () => new Promise(() => {}));
			}
		} catch (error) {
			entry.isAborted = true;
			throw error;
		}

		if (fault.reset) {
			throw new ConnectionReset();
		}

		entry.status = answer.status;
		if (fault.stall) {
			signal.addEventListener('abort', () => {
				entry.isAborted = true;
			});
		}

		const {body, status, headers} = answer;
		const isStopped = body !== null && (fault.cut || fault.stall);
		return new Response(isStopped ? halfOf(body, fault, signal) : body || null, {status, headers});
	}

	/**
	 * As HubSpot decides it: the token first, then the rate, then the parameters. A form asks for a token, so it
	 * has none yet, and no rate.
	 */
	function answerTo(
		pathname: string,
		parameters: URLSearchParams,
		headers: Headers,
		form: URLSearchParams | undefined,
		fault: Fault,
	) {
		const correlationId = crypto.randomUUID();
		let status = fault.status ?? 200;
		let body: unknown;
		try {
			if (form === undefined) {
				authorize(headers.get('authorization'));
				limiter?.count();
				if (!paths.has(pathname)) {
					throw new HubspotError(404, {message: 'resource not found'});
				}
			}

			const answer = () => (form ? oauth?.issue(form) : list(parameters, fault));
			const usual = () => (status === 200 ? answer() : {category: 'INTERNAL_ERROR', correlationId});
			body = fault.body === undefined ? usual() : fault.body;
		} catch (error) {
			if (!(error instanceof HubspotError)) {
				throw error;
			}

			({status} = error);
			body = {status: 'error', correlationId, ...error.body};
		}

		const answerHeaders = new Headers({
			'content-type': 'application/json;charset=utf-8',
			date: new Date().toUTCString(),
			'x-hubspot-correlation-id': correlationId,
			...(form === undefined && limiter?.headers()),
		});
		for (const [name, value] of Object.entries(fault.headers ?? {})) {
			answerHeaders.set(name, value);
		}

		const text = typeof body === 'string' ? body : JSON.stringify(body);
		return {status, body: bodiless.has(status) ? null : text, headers: answerHeaders};
	}

	function authorize(authorization: string | null) {
		const token = authorization?.match(/^Bearer (.+)$/)?.[1];
		if (!token) {
			throw new HubspotError(401, {
				category: 'INVALID_AUTHENTICATION',
				message: 'Authentication credentials not found.',
			});
		}

		const isTaken = typeof accessToken === 'string' ? token === accessToken : accessToken(token);
		if (!(isTaken || oauth?.accepts(token))) {
			throw new HubspotError(401, {
				category: 'EXPIRED_AUTHENTICATION',
				message: 'The OAuth token used to make this call expired 56 years ago.',
			});
		}
	}

	function list(parameters: URLSearchParams, fault: Fault) {
		const query = parseListQuery(parameters, maxPageSize);
		const {results, next} = listPage(store, query, options, Math.min(query.limit, fault.size ?? query.limit));
		if (next === undefined) {
			return {results};
		}

		const list = JSON.stringify({...query, limit: undefined, after: undefined});
		const sent = sentCursors.get(list) ?? [];
		const repeated = fault.repeatCursor === undefined ? undefined : sent.at(-fault.repeatCursor);
		const after = fault.unreadableCursor ? 'unreadable' : (repeated ?? writeCursor(next, encodedCursor));
		sent.push(after);
		sentCursors.set(list, sent);
		return {results, paging: {next: {after, link: `?after=${after}`}}};
	}

	return {
		fetch,
		accessToken: typeof accessToken === 'string' ? accessToken : 'sandbox-token',
		requests,
		threads: store,
		update: store.update,
		receiveMessage(id, time = new Date()) {
			const timestamp = time.toISOString();
			store.update(id, {latestMessageTimestamp: timestamp, latestMessageReceivedTimestamp: timestamp});
		},
	};
}
