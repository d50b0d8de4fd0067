import type {Checkpoint} from '../checkpoint.ts';
import type {Thread} from '../lists/thread.ts';
import type {FilterOptions} from '../lists/thread-filters.ts';
import type {Id} from '../lists/values.ts';
import type {ConnectionOptions} from '../request/connection.ts';
import type {PageOptions} from '../walk/walk-options.ts';

/**
 * Which threads to sync, of one inbox or of all. A thread that leaves the filter during a run may be missed.
 *
 * HubSpot's other filters are refused: a thread enters and leaves them without a message, so no sync would see that.
 * For these, `reconcile()` and `paginate()` read the whole list.
 *
 * @see https://developers.hubspot.com/docs/api-reference/conversations-inbox-messages-v3/guide
 */
export interface SyncFilter extends Omit<FilterOptions, 'archived'> {
	/**
	 * One inbox, because each has a checkpoint of its own. A thread enters and leaves it without a message, so no sync
	 * would see that: to keep the inbox of each thread true, sync all inboxes and run `reconcile()`. Default: all
	 * inboxes, in one list.
	 */
	readonly inboxId?: Id | undefined;
	/** Refused: a thread enters and leaves it without a message. */
	readonly threadStatus?: undefined;
	/** Refused: a thread enters and leaves it without a message. */
	readonly archived?: undefined;
	/** Refused: it requires `threadStatus`, which a thread enters and leaves without a message. */
	readonly associatedContactId?: undefined;
}

/** Where a run begins and ends, and how many pages it reads at a time. */
export interface SyncRunOptions<T = Thread> extends PageOptions<T> {
	/** The checkpoint of the last batch that you stored; `undefined` or `null`: none yet. */
	readonly checkpoint?: Checkpoint | null | undefined;
	/**
	 * A name for the account, such as HubSpot's portal id. It becomes part of the checkpoint, and a checkpoint of another
	 * account is refused. Default: none.
	 */
	readonly account?: Id | undefined;
	/**
	 * Threads with a message at or after this, in a first run; later ones continue from the checkpoint. Not in the
	 * future. Default: 2000-01-01.
	 */
	readonly since?: Date | string | undefined;
	/**
	 * Sync only up to this, exclusive and not before `since`, without the last look at what changed meanwhile: for jobs
	 * that split the time among machines. Default: to the end of the list.
	 */
	readonly until?: Date | string | undefined;
	/** Milliseconds by which HubSpot may list a message late. Default: 3,600,000. */
	readonly overlap?: number | undefined;
	/**
	 * Threads per request, 1 to 500. At the end of the list, and where a smaller page does not tell how to go on, 500 are
	 * asked for. Default: 500; 100 with `messages`.
	 */
	readonly pageSize?: number | undefined;
	/**
	 * Pages that are on their way or held at a time at most, 1 to 100; there are no more on their way than the rate limit
	 * needs. Default: 64; 16 with `messages`.
	 */
	readonly concurrency?: number | undefined;
	/**
	 * `true`: batches also have `messages`, all of each thread in a first run, later those that the earlier runs have not
	 * handed over, and some that they have. It takes a request a thread at least. Such a sync has a checkpoint of its own.
	 * Default: false.
	 */
	readonly messages?: boolean | undefined;
	/** Only with `messages`: reads the whole text of each message that is cut. Default: false. */
	readonly originalContent?: boolean | undefined;
}

/** Everything that `sync()` takes. */
export type SyncOptions<T = Thread> = ConnectionOptions & SyncFilter & SyncRunOptions<T>;
