import type {StandardSchemaV1} from '@standard-schema/spec';
import type {Checkpoint} from './checkpoint.ts';
import type {Cursor} from './cursor.ts';
import type {PaginationError} from './errors.ts';
import type {Thread, ThreadStatus} from './thread.ts';
import type {Throttle, ThrottleOptions} from './throttle.ts';

/** HubSpot's ids are digits; as a string they are safe at any length. */
export type Id = string | number;

/**
 * A token, or a function that gives one. The function is asked before every attempt, so keep the token until it
 * expires; after a 401 it is asked once more, with `refresh: true`, and the attempt is repeated once.
 */
export type AccessToken =
	| string
	| ((request: {readonly refresh: boolean; readonly signal: AbortSignal}) => string | Promise<string>);

/**
 * p-retry's options, and how long HubSpot may ask us to wait.
 *
 * @see https://github.com/sindresorhus/p-retry
 */
export interface RetryOptions {
	/** Retries after the first attempt, for each page. Default: 5. */
	readonly retries?: number | undefined;
	/** What each delay is multiplied by for the next. Default: 2. */
	readonly factor?: number | undefined;
	/** Milliseconds before the first retry. Default: 500. */
	readonly minTimeout?: number | undefined;
	/** Milliseconds at most before a retry. Default: 30,000. */
	readonly maxTimeout?: number | undefined;
	/** Multiply each delay by a random factor from 1 to 2. Default: true. */
	readonly randomize?: boolean | undefined;
	/** Milliseconds: a longer wait that HubSpot asks for fails at once, with `retryAt`. Default: 120,000. */
	readonly maxWait?: number | undefined;
}

/** Counts of a walk so far, with the pages that were read ahead. */
export interface PageEvent {
	/** Pages that have arrived. */
	readonly pages: number;
	/** Threads on these pages. */
	readonly threads: number;
	/** Requests that these pages took. */
	readonly requests: number;
	/** Requests beyond the first for their page. */
	readonly retries: number;
}

/** A request that failed, and will be made again. */
export interface RetryEvent {
	/** What it failed with. */
	readonly error: PaginationError;
	/** The attempt that failed; 1 is the first. */
	readonly attempt: number;
	/** Milliseconds until the next one. */
	readonly delay: number;
}

/** A request that had to wait for the rate limit. */
export interface ThrottleEvent {
	/** Milliseconds that a request waited for its slot. */
	readonly delay: number;
}

/** How to reach HubSpot, and how hard to try. */
export interface ConnectionOptions {
	/** Of a private app, a service key or an OAuth app, with the scope `conversations.read`. Never in an error. */
	readonly accessToken: AccessToken;
	/** Shared with other walks if it is a `Throttle`. Default: 100 per 10,000 ms, raised or lowered to what HubSpot's headers say unless a `limit` is given. */
	readonly throttle?: ThrottleOptions | Throttle | undefined;
	/** How often a failed request is made again, and after how long. Default: 5 times, after 500 ms or more. */
	readonly retry?: RetryOptions | undefined;
	/** Milliseconds for each attempt, body included. Default: 30,000. */
	readonly timeout?: number | undefined;
	/** Stops the walk at once; it then rejects with `signal.reason`. */
	readonly signal?: AbortSignal | undefined;
	/** Called with one `Request` for each attempt. Default: the global `fetch`. */
	readonly fetch?: ((request: Request) => Promise<Response>) | undefined;
	/** Where HubSpot is; plain http is refused except to this machine. Default: `https://api.hubapi.com`. */
	readonly baseUrl?: string | undefined;
	/** Which of HubSpot's two paths to the same list. Default: `v3`, supported until September 2027. */
	readonly apiVersion?: 'v3' | '2026-09' | undefined;
	/** Called before each retry's wait. Observation only. */
	readonly onRetry?: ((event: RetryEvent) => void) | undefined;
	/** Called after a request has waited for the throttle. Observation only. */
	readonly onThrottle?: ((event: ThrottleEvent) => void) | undefined;
}

/**
 * HubSpot's filters that go with every other.
 *
 * @see https://developers.hubspot.com/docs/api-reference/conversations-inbox-messages-v3/guide
 */
export interface FilterOptions {
	/** Only threads of this ticket. */
	readonly associatedTicketId?: Id | undefined;
	/** `true` lists only archived threads, which HubSpot purges after 30 days. Default: only the others. */
	readonly archived?: boolean | undefined;
	/** `TICKET` adds `threadAssociations` to threads that have a ticket. */
	readonly association?: 'TICKET' | undefined;
	/** Names of the thread properties to ask for; others may then be absent. */
	readonly property?: string | readonly string[] | undefined;
	/**
	 * Further query parameters, sent as they are and unchecked; one named here replaces ours. The way round a
	 * check of this library when HubSpot changes.
	 */
	readonly searchParams?:
		| Readonly<Record<string, string>>
		| ReadonlyArray<readonly [string, string]>
		| URLSearchParams
		| undefined;
}

/** What is done with each page. */
export interface PageOptions<T = Thread> {
	/** Threads per request, 1 to 500. Default: 500. */
	readonly pageSize?: number | undefined;
	/** A Standard Schema (Zod, Valibot, ArkType …) for one thread: checks, transforms and types what you get. */
	readonly schema?: StandardSchemaV1<unknown, T> | undefined;
	/** Called as each page arrives. Observation only. */
	readonly onPage?: ((event: PageEvent) => void) | undefined;
}

/** Where a walk begins and ends, and how far it reads ahead. */
export interface WalkOptions<T = Thread> extends PageOptions<T> {
	/** Cursor to start from. Default: the start of the list. */
	readonly after?: Cursor | null | undefined;
	/** Threads at most. Default: no limit; 0 makes no request. */
	readonly maxItems?: number | undefined;
	/** Pages at most. Default: no limit; 0 makes no request. */
	readonly maxPages?: number | undefined;
	/** Pages that are fetched while you work on one. Default: 1; 0 turns it off. */
	readonly readAhead?: number | undefined;
}

/** Threads of all inboxes, or of some. */
export interface InboxFilter {
	/**
	 * One inbox, or several, walked one after another in the given order (HubSpot refuses several at once).
	 * Default: all inboxes.
	 */
	readonly inboxId?: Id | readonly Id[] | undefined;
	/** Only threads of this status. Default: of both. */
	readonly threadStatus?: ThreadStatus | undefined;
	/** Not with `inboxId`: that is a `ContactFilter`. */
	readonly associatedContactId?: undefined;
}

/** Threads of one contact. */
export interface ContactFilter {
	/** Excludes `inboxId` and requires `threadStatus`: all threads of a contact are two walks. */
	readonly associatedContactId: Id;
	/** HubSpot has no value for both. */
	readonly threadStatus: ThreadStatus;
	/** HubSpot refuses it with a contact. */
	readonly inboxId?: undefined;
}

/** In the order of ids. */
export interface IdSort<Sort> {
	/** Default: `id`. Descending (`-id`) only with `associatedContactId`. */
	readonly sort?: Sort | undefined;
	/** HubSpot would ignore it in silence. */
	readonly latestMessageTimestampAfter?: undefined;
}

/** In the order of the latest message, from a bound on. */
export interface TimestampSort<Sort> {
	/** Descending (`-latestMessageTimestamp`) only with `associatedContactId`. */
	readonly sort: Sort;
	/** From when on: a `Date` or an ISO string after 1970. HubSpot refuses the sort without it. */
	readonly latestMessageTimestampAfter: Date | string;
}

/**
 * The filters and sorts that HubSpot takes together.
 *
 * @see https://developers.hubspot.com/docs/api-reference/conversations-inbox-messages-v3/guide
 */
export type ListOptions = FilterOptions &
	(
		| (InboxFilter & (IdSort<'id'> | TimestampSort<'latestMessageTimestamp'>))
		| (ContactFilter &
				(IdSort<'id' | '-id'> | TimestampSort<'latestMessageTimestamp' | '-latestMessageTimestamp'>))
	);

/** Everything that `paginate()` and `pages()` take. */
export type PaginateOptions<T = Thread> = ConnectionOptions & ListOptions & WalkOptions<T>;

/**
 * Which threads to sync, of one inbox or of all. A thread that leaves the filter during a run may be missed.
 *
 * @see https://developers.hubspot.com/docs/api-reference/conversations-inbox-messages-v3/guide
 */
export type SyncFilter = FilterOptions &
	(
		| (Omit<InboxFilter, 'inboxId'> & {
				/** One inbox, for each has a checkpoint of its own. Default: all inboxes, in one list. */
				readonly inboxId?: Id | undefined;
		  })
		| ContactFilter
	);

/** Where a run begins and ends, and how many pages it reads at a time. */
export interface SyncRunOptions<T = Thread> extends PageOptions<T> {
	/** Of the last batch that was stored; `undefined` or `null`: none yet. */
	readonly checkpoint?: Checkpoint | null | undefined;
	/** Threads with a message at or after this, in a first run; later ones go on. Default: 2000-01-01. */
	readonly since?: Date | string | undefined;
	/**
	 * Sync only up to this, exclusive, and without the last look at what changed meanwhile: for jobs that split the
	 * time among machines. Default: to the end of the list.
	 */
	readonly until?: Date | string | undefined;
	/** Milliseconds by which HubSpot may list a message late. Default: 3,600,000. */
	readonly overlap?: number | undefined;
	/** Pages that are fetched or held at a time, 1 or more. Default: 6. */
	readonly concurrency?: number | undefined;
}

/** Everything that `sync()` takes. */
export type SyncOptions<T = Thread> = ConnectionOptions & SyncFilter & SyncRunOptions<T>;
