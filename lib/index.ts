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
export type {
	AccessToken,
	ConnectionOptions,
	ContactFilter,
	FilterOptions,
	Id,
	IdSort,
	InboxFilter,
	ListOptions,
	PageEvent,
	PageOptions,
	PaginateOptions,
	RetryEvent,
	RetryOptions,
	SyncFilter,
	SyncOptions,
	SyncRunOptions,
	ThrottleEvent,
	TimestampSort,
	WalkOptions,
} from './options.ts';
export {type Page, pages} from './pages.ts';
export {paginate} from './paginate.ts';
export type {RateLimit} from './rate-limit.ts';
export type {Resume} from './resume.ts';
export {type Batch, sync} from './sync.ts';
export type {Thread, ThreadStatus, Timestamp} from './thread.ts';
export {createThrottle, type Throttle, type ThrottleOptions} from './throttle.ts';
