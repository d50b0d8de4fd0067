import type {Checkpoint} from '../checkpoint.ts';
import type {Thread} from '../lists/thread.ts';
import type {ContactFilter, FilterOptions, InboxFilter} from '../lists/thread-filters.ts';
import type {Id} from '../lists/values.ts';
import type {ConnectionOptions} from '../request/connection.ts';
import type {PageOptions} from '../walk/walk-options.ts';

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
	/** Pages that are fetched or held at a time, 1 or more. Default: 6; 16 with `messages`. */
	readonly concurrency?: number | undefined;
}

/** Without messages. */
export interface WithoutMessages {
	/** `true` hands over the messages of each thread with it. Default: threads only. */
	readonly messages?: false | undefined;
	/** Only with `messages`. */
	readonly originalContent?: undefined;
}

/** With the messages of each thread, which take a request a thread at least. */
export interface WithMessages {
	/**
	 * Batches also have `messages`: all of each thread in a first run, later those that the earlier runs have not handed
	 * over, and some that they have. Such a sync has a checkpoint of its own.
	 */
	readonly messages: true;
	/** Reads the whole text of each message that is cut, as in `paginateMessages()`. Default: false. */
	readonly originalContent?: boolean | undefined;
}

/** Everything that `sync()` takes. */
export type SyncOptions<T = Thread> = ConnectionOptions &
	SyncFilter &
	SyncRunOptions<T> &
	(WithoutMessages | WithMessages);
