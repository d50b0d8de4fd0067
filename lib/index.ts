/**
 * Every HubSpot conversation thread: `paginate()` one at a time, `pages()` page by page, `sync()` what has changed.
 * Milliseconds everywhere.
 *
 * @module hubspot-threads
 */
export type {Checkpoint, Scope} from './checkpoint.ts';
export type {ConnectionOptions} from './connection.ts';
export type {Cursor} from './cursor.ts';
export {
	CursorLoopError,
	MalformedPageError,
	PaginationError,
	RateLimitError,
	RequestError,
	ResponseError,
} from './errors.ts';
export type {PageEvent} from './page-event.ts';
export {type Page, pages} from './pages.ts';
export {paginate} from './paginate.ts';
export type {RateLimit} from './rate-limit.ts';
export type {Resume} from './resume.ts';
export type {RetryEvent, RetryOptions} from './retry.ts';
export type {ThrottleEvent} from './slot.ts';
export {type Batch, sync} from './sync.ts';
export type {SyncFilter, SyncOptions, SyncRunOptions} from './sync-options.ts';
export type {Thread, ThreadStatus, Timestamp} from './thread.ts';
export type {
	ContactFilter,
	FilterOptions,
	IdSort,
	InboxFilter,
	ListOptions,
	TimestampSort,
} from './thread-filters.ts';
export type {PaginateOptions} from './threads.ts';
export {createThrottle, type Throttle, type ThrottleOptions} from './throttle.ts';
export type {AccessToken} from './token.ts';
export type {Id} from './values.ts';
export type {PageOptions, WalkOptions} from './walk-options.ts';
