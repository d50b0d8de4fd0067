import {type Cursor, decodeCursor} from '../cursor.ts';
import {asPaginationError, CursorLoopError, ResponseError} from '../errors.ts';
import type {RateLimit} from '../rate-limit.ts';
import type {FetchedPage, FetchPage} from '../request/fetch-page.ts';
import type {Resume} from '../resume.ts';
import type {ListQuery} from './list.ts';
import {createProgress} from './progress.ts';
import type {ParseItems} from './schema.ts';
import {countPages, type PageEvent} from './totals.ts';

/** What a walk needs. It does not know what its items are. */
export interface Walk<Item> {
	/** Walked one after another. */
	readonly queries: readonly ListQuery[];
	readonly fetchPage: FetchPage<unknown>;
	readonly parseItems: ParseItems<Item>;
	readonly after: Cursor | null;
	/** Of a walk that is resumed: the cursors that its list went round by. */
	readonly usedCursors: readonly Cursor[];
	readonly pageSize: number;
	readonly maxItems: number;
	readonly maxPages: number;
	readonly onPage: ((event: PageEvent) => unknown) | undefined;
}

export interface WalkedPage<Item> {
	readonly items: readonly Item[];
	readonly observedAt: Date;
	readonly rateLimit: RateLimit | undefined;
	/** Absent at the end of the last list. */
	readonly resume: Resume | undefined;
}

/**
 * The cursor loop. Only a missing cursor ends a list: never an empty page, a short one or a count.
 *
 * @throws {PaginationError} whose `resume` asks for the failed page once more.
 */
export async function* walk<Item>(
	options: Walk<Item>,
	signal: AbortSignal,
): AsyncGenerator<WalkedPage<Item>, void> {
	const {fetchPage, parseItems, queries, pageSize} = options;
	let current = 0;
	let {after, maxItems: itemsLeft, maxPages: pagesLeft} = options;
	let loops: ReadonlySet<Cursor> = new Set(options.usedCursors);
	let used = new Set([...loops].map(decodeCursor));
	let look = createProgress();
	/** What is left at the start of the list, to start it over. */
	let atStart = {itemsLeft, pagesLeft};
	const countPage = countPages(options.onPage);

	for (let query = queries[0]; query && itemsLeft > 0 && pagesLeft > 0; query = queries[current]) {
		const cursor = after === null ? undefined : decodeCursor(after);
		if (cursor !== undefined) {
			used.add(cursor);
		}

		const {path, toParameters} = query;
		let page: FetchedPage<unknown> | undefined;
		let items: readonly Item[];
		let isCut: boolean;
		try {
			const parameters = toParameters({limit: Math.min(pageSize, itemsLeft), after: cursor});
			page = await fetchPage({path, parameters}, signal);
			if (page.next !== undefined && used.has(decodeCursor(page.next))) {
				throw new CursorLoopError(page.next);
			}

			if (page.next !== undefined) {
				look(page.items as ReadonlyArray<{readonly id: string}>);
			}

			isCut = page.items.length > itemsLeft;
			items = await parseItems(isCut ? page.items.slice(0, itemsLeft) : page.items, signal);
			await countPage(items.length, page, signal);
		} catch (error) {
			signal.throwIfAborted();
			const failure = asPaginationError(error, page?.attempts ?? 0);
			if (failure instanceof CursorLoopError) {
				loops = new Set([...loops, failure.cursor]);
			} else if (isUnreadable(failure)) {
				// The same cursor would fail again.
				after = null;
				loops = new Set();
				({itemsLeft, pagesLeft} = atStart);
			}

			failure.resume = resume();
			throw failure;
		}

		itemsLeft -= items.length;
		pagesLeft--;
		if (isCut) {
			// More than was asked for: `after` stays, so that a resumed walk gets what was cut away.
		} else if (page.next === undefined) {
			current++;
			after = null;
			loops = new Set();
			used = new Set();
			look = createProgress();
			atStart = {itemsLeft, pagesLeft};
		} else {
			after = page.next;
		}

		const {observedAt, rateLimit} = page;
		yield {items, observedAt, rateLimit, resume: current < queries.length ? resume() : undefined};
	}

	function resume(): Resume {
		// After a limit, resuming starts afresh.
		const isOver = itemsLeft === 0 || pagesLeft === 0;
		return {
			after,
			...(loops.size > 0 && {usedCursors: [...loops]}),
			...queries[current]?.resume,
			...(!isOver && itemsLeft < Number.POSITIVE_INFINITY && {maxItems: itemsLeft}),
			...(!isOver && pagesLeft < Number.POSITIVE_INFINITY && {maxPages: pagesLeft}),
		};
	}
}

function isUnreadable(error: unknown): boolean {
	return error instanceof ResponseError && error.subCategory === 'ConversationsApiError.UNPARSEABLE_TOKEN';
}
