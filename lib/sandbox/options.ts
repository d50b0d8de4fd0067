import type {Thread} from '../lists/thread.ts';
import type {SandboxOAuth} from './endpoints/oauth.ts';
import type {ListStyle} from './endpoints/thread-list.ts';
import type {Fault} from './fault.ts';
import type {Spread} from './made/threads.ts';
import type {SandboxRateLimit} from './rate-limiter.ts';
import type {IndexOptions} from './store.ts';

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
	/**
	 * The share of rows in a thread's list of messages that HubSpot hides after it has cut the page, so that pages are
	 * short and empty. Default: 0.25.
	 */
	readonly hiddenMessages?: number | undefined;
	/** The share of the made threads that are archived, and listed only with `archived: true`. Default: 0. */
	readonly archived?: number | undefined;
	/** The token that it takes; a function can change its mind. Default: `sandbox-token`. */
	readonly accessToken?: string | ((token: string) => boolean) | undefined;
	/** An app whose refresh token gets access tokens, which are taken too until they expire. Default: none. */
	readonly oauth?: SandboxOAuth | undefined;
	/** Items per page at most, in every list; a larger `limit` is a 400. Default: 500. */
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
	/** `GET`, or `POST`. */
	readonly method: string;
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
