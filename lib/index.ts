/**
 * Every HubSpot conversation thread: `paginate()` one at a time, `pages()` page by page, `sync()` what has changed,
 * `reconcile()` what has changed without a message. Milliseconds everywhere.
 *
 * @module hubspot-threads
 */
export type {Checkpoint, Scope} from './checkpoint.ts';
export type {Cursor} from './cursor.ts';
export {
	CursorLoopError,
	DailyReserveError,
	MalformedPageError,
	NoProgressError,
	PaginationError,
	RateLimitError,
	RequestError,
	ResponseError,
} from './errors.ts';
export type {Actor} from './lists/actor.ts';
export type {
	Attachment,
	ContactAttachment,
	FileAttachment,
	HeaderAttachment,
	KnownAttachment,
	LocationAttachment,
	OtherAttachment,
	QuickRepliesAttachment,
	SocialMediaAttachment,
	UnsupportedAttachment,
	WhatsAppTemplateAttachment,
} from './lists/attachment.ts';
export {
	type ChannelAccount,
	type ChannelAccountListOptions,
	type PaginateChannelAccountsOptions,
	paginateChannelAccounts,
} from './lists/channel-accounts.ts';
export {
	type Channel,
	type ChannelListOptions,
	type PaginateChannelsOptions,
	paginateChannels,
} from './lists/channels.ts';
export type {
	Combination,
	NoOthers,
	OpenPaginateOptions,
	Refused,
} from './lists/combinations.ts';
export {
	type Inbox,
	type InboxListOptions,
	type PaginateInboxesOptions,
	paginateInboxes,
} from './lists/inboxes.ts';
export type {
	AssignmentMessage,
	CommentMessage,
	DeliveryIdentifier,
	InboxChangeMessage,
	KnownMessage,
	Message,
	MessageBase,
	MessageClient,
	MessageRecipient,
	MessageSender,
	MessageStatus,
	OriginalContent,
	OtherMessage,
	StatusChangeMessage,
	TextMessage,
	WelcomeMessage,
} from './lists/message.ts';
export {
	type MessageListOptions,
	type PaginateMessagesOptions,
	paginateMessages,
} from './lists/messages.ts';
export type {KeysOf, Other} from './lists/open-union.ts';
export type {Thread, ThreadStatus, Timestamp} from './lists/thread.ts';
export type {
	AnyListOptions,
	ContactFilter,
	FilterOptions,
	IdSort,
	InboxFilter,
	ListOptions,
	TimestampSort,
} from './lists/thread-filters.ts';
export type {AnyPaginateOptions, PaginateOptions} from './lists/threads.ts';
export type {Id} from './lists/values.ts';
export {type Page, pages} from './pages.ts';
export {paginate} from './paginate.ts';
export type {RateLimit} from './rate-limit.ts';
export {
	type ReadActorsFilter,
	type ReadActorsOptions,
	readActors,
} from './read/actors.ts';
export type {Ids} from './read/ids.ts';
export {
	type ReadThread,
	type ReadThreadsFilter,
	type ReadThreadsOptions,
	readThreads,
} from './read/threads.ts';
export type {ReconcileFilter, ReconcileOptions, ReconcilePassOptions} from './reconcile/options.ts';
export {type ReconcileBatch, reconcile} from './reconcile.ts';
export type {ConnectionOptions} from './request/connection.ts';
export type {SearchParamsOption} from './request/parameters.ts';
export type {RetryEvent, RetryOptions} from './request/retry.ts';
export type {ThrottleEvent} from './request/slot.ts';
export {createThrottle, type SlotEvents, type Throttle, type ThrottleOptions} from './request/throttle.ts';
export type {AccessToken, TokenRequest} from './request/token.ts';
export type {Resume} from './resume.ts';
export type {
	SyncFilter,
	SyncOptions,
	SyncRunOptions,
} from './sync/options.ts';
export {type Batch, type BatchWithMessages, sync} from './sync.ts';
export type {ItemOf, SchemaOption} from './walk/schema.ts';
export type {PageEvent} from './walk/totals.ts';
export type {PageOptions, WalkOptions} from './walk/walk-options.ts';
