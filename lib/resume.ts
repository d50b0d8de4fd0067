import type {Checkpoint} from './checkpoint.ts';
import type {Cursor} from './cursor.ts';

/**
 * Where a walk stands. Keep it as it is (it survives JSON) and spread it into the options of that walk to continue
 * from there: `paginate({...options, ...resume})`. For a walk over several inboxes it also says, at run time,
 * which inboxes are left.
 */
export interface Resume {
	/** `null`: from the start of the list. */
	readonly after?: Cursor | null;
	/** Where the list went round: cursors that must not come again. */
	readonly usedCursors?: readonly Cursor[];
	/** What is left of the walk's `maxItems`. */
	readonly maxItems?: number;
	/** What is left of the walk's `maxPages`. */
	readonly maxPages?: number;
	/** Of `readThreads()` and `readActors()`, which have nothing else here: so many of the ids are done. */
	readonly skip?: number;
	/** Of a `sync()`, which has nothing else here. */
	readonly checkpoint?: Checkpoint;
}
