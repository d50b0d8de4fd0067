/**
 * Every HubSpot conversation thread: `paginate()` one at a time, `pages()` page by page, `sync()` what has changed.
 * Milliseconds everywhere.
 *
 * @module hubspot-threads
 */
export type {Checkpoint, Scope} from './checkpoint.ts';
export type {Cursor} from './cursor.ts';
export {
	CursorLoopError,
	MalformedPageError,
	PaginationError,
	RateLimitError,
	RequestError,
	ResponseError,
} from './errors.ts';
export type {Thread, ThreadStatus, Timestamp} from './lists/thread.ts';
export type {
	ContactFilter,
	FilterOptions,
	IdSort,
	InboxFilter,
	ListOptions,
	TimestampSort,
} from './lists/thread-filters.ts';
export type {PaginateOptions} from './lists/threads.ts';
export type {Id} from './lists/values.ts';
export {type Page, pages} from './pages.ts';
export {paginate} from './paginate.ts';
export type {RateLimit} from './rate-limit.ts';
export type {ConnectionOptions} from './request/connection.ts';
export type {RetryEvent, RetryOptions} from './request/retry.ts';
export type {ThrottleEvent} from './request/slot.ts';
export {createThrottle, type Throttle, type ThrottleOptions} from './request/throttle.ts';
export type {AccessToken} from './request/token.ts';
export type {Resume} from './resume.ts';
export type {SyncFilter, SyncOptions, SyncRunOptions} from './sync/options.ts';
export {type Batch, sync} from './sync.ts';
export type {PageEvent} from './walk/totals.ts';
export type {PageOptions, WalkOptions} from './walk/walk-options.ts';
