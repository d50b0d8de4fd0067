import type {Checkpoint} from '../checkpoint.ts';
import type {Combination, NoOthers} from '../lists/combinations.ts';
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
	/** Pages that are fetched or held at a time, 1 to 100. Default: 6. */
	readonly concurrency?: number | undefined;
}

/** Everything that `sync()` takes. */
export type SyncOptions<T = Thread> = ConnectionOptions & SyncFilter & SyncRunOptions<T>;

/** Every filter of a sync, whether or not HubSpot takes them together. */
export type AnySyncFilter = Pick<SyncFilter, keyof SyncFilter>;

/** The same as `SyncOptions`, whether or not HubSpot takes them together: what is left to check at the call. */
export type AnySyncOptions<T> = ConnectionOptions & AnySyncFilter & SyncRunOptions<T>;

/** What `sync()` takes: `SyncOptions`, and also options whose type leaves open which combination they are. */
export type OpenSyncOptions<Options, T> = AnySyncOptions<T> &
	Options &
	Combination<Options> &
	NoOthers<Options, keyof AnySyncOptions<T>>;
