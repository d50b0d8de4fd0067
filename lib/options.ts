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

/** p-retry's options, and how long HubSpot may ask us to wait. */
export interface RetryOptions {
	/** Retries after the first attempt, for each page. Default: 5. */
	readonly retries?: number | undefined;
	/** Default: 2. */
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
	/** Pages and threads that have arrived. */
	readonly pages: number;
	readonly threads: number;
	/** Requests that these pages took. */
	readonly requests: number;
	/** Requests beyond the first for their page. */
	readonly retries: number;
}

export interface RetryEvent {
	readonly error: PaginationError;
	/** The attempt that failed; 1 is the first. */
	readonly attempt: number;
	/** Milliseconds until the next one. */
	readonly delay: number;
}

export interface ThrottleEvent {
	/** Milliseconds that a request waited for its slot. */
	readonly delay: number;
}

/** How to reach HubSpot, and how hard to try. */
export interface ConnectionOptions {
	/** Of a private app, a service key or an OAuth app, with the scope `conversations.read`. */
	readonly accessToken: AccessToken;
	/** Default: 100 per 10,000 ms, raised or lowered to what HubSpot's headers say unless a `limit` is given. */
	readonly throttle?: ThrottleOptions | Throttle | undefined;
	readonly retry?: RetryOptions | undefined;
	/** Milliseconds for each attempt, body included. Default: 30,000. */
	readonly timeout?: number | undefined;
	/** Stops the walk at once; it then rejects with `signal.reason`. */
	readonly signal?: AbortSignal | undefined;
	/** Default: the global `fetch`. Called with one `Request`. */
	readonly fetch?: ((request: Request) => Promise<Response>) | undefined;
	/** Default: `https://api.hubapi.com`. Plain http is refused except to this machine. */
	readonly baseUrl?: string | undefined;
	/** Default: `v3`, which HubSpot supports until September 2027. */
	readonly apiVersion?: 'v3' | '2026-09' | undefined;
	/** Called before each retry's wait. Observation only. */
	readonly onRetry?: ((event: RetryEvent) => void) | undefined;
	/** Called after a request has waited for the throttle. Observation only. */
	readonly onThrottle?: ((event: ThrottleEvent) => void) | undefined;
}

/** HubSpot's filters that go with every other. */
export interface FilterOptions {
	readonly associatedTicketId?: Id | undefined;
	/** `true` lists only archived threads, which HubSpot purges after 30 days. Default: only the others. */
	readonly archived?: boolean | undefined;
	/** Adds `threadAssociations` to threads that have a ticket. */
	readonly association?: 'TICKET' | undefined;
	/** Thread properties to ask for. */
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

/** How to walk. */
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

interface InboxFilter {
	/**
	 * One inbox, or several, walked one after another in the given order (HubSpot refuses several at once).
	 * Default: all inboxes.
	 */
	readonly inboxId?: Id | readonly Id[] | undefined;
	readonly threadStatus?: ThreadStatus | undefined;
	readonly associatedContactId?: undefined;
}

interface ContactFilter {
	/** Excludes `inboxId` and requires `threadStatus`: all threads of a contact are two walks. */
	readonly associatedContactId: Id;
	readonly threadStatus: ThreadStatus;
	readonly inboxId?: undefined;
}

interface IdSort<Sort> {
	/** Default: `id`. Descending (`-…`) only with `associatedContactId`. */
	readonly sort?: Sort | undefined;
	readonly latestMessageTimestampAfter?: undefined;
}

interface TimestampSort<Sort> {
	readonly sort: Sort;
	/** HubSpot refuses the sort without it, and silently ignores it without the sort. */
	readonly latestMessageTimestampAfter: Date | string;
}

/** The filters and sorts that HubSpot takes together. */
export type ListOptions = FilterOptions &
	(
		| (InboxFilter & (IdSort<'id'> | TimestampSort<'latestMessageTimestamp'>))
		| (ContactFilter &
				(IdSort<'id' | '-id'> | TimestampSort<'latestMessageTimestamp' | '-latestMessageTimestamp'>))
	);

/** Everything that `paginate()` and `pages()` take. */
export type PaginateOptions<T = Thread> = ConnectionOptions & ListOptions & WalkOptions<T>;

/** Which threads to sync. A thread that leaves the filter during a run may be missed. */
export type SyncFilter = FilterOptions &
	((Omit<InboxFilter, 'inboxId'> & {readonly inboxId?: Id | undefined}) | ContactFilter);

/** How to sync. */
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
