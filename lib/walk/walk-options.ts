import type {Cursor} from '../cursor.ts';
import {optionalFunction, refuse, wholeNumber} from '../rules.ts';
import type {SchemaOption} from './schema.ts';
import type {PageEvent} from './totals.ts';

/** What is done with each page. */
export interface PageOptions<T> extends SchemaOption<T> {
	/** Items per request, 1 to 500. Default: 500 for threads, 100 for every other list. */
	readonly pageSize?: number | undefined;
	/** Called as each page arrives, and waited for. What it throws or rejects with ends the walk, which can be resumed. */
	readonly onPage?: ((event: PageEvent) => unknown) | undefined;
}

/** Where a walk begins and ends, and how far it reads ahead. */
export interface WalkOptions<T> extends PageOptions<T> {
	/** Cursor to start from. Default: the start of the list. */
	readonly after?: Cursor | null | undefined;
	/** Of the `resume` of a `CursorLoopError`: the cursors that must not come again. Default: none. */
	readonly usedCursors?: readonly Cursor[] | undefined;
	/** Items at most. Default: no limit; 0 makes no request. */
	readonly maxItems?: number | undefined;
	/** Pages at most. Default: no limit; 0 makes no request. */
	readonly maxPages?: number | undefined;
	/** Pages that are fetched while you work on one, at most 100. Default: 1; 0 turns it off. */
	readonly readAhead?: number | undefined;
}

/** Items. HubSpot refuses more, in every list that it cuts into pages. */
export const largestPage = 500;

/** Each page in memory may be 500 items, and a hundred requests are all that HubSpot lets through in ten seconds. */
export const mostPagesHeld = 100;

export const walkOptions = {
	after: true,
	usedCursors: true,
	pageSize: true,
	maxItems: true,
	maxPages: true,
	readAhead: true,
	schema: true,
	onPage: true,
} as const satisfies Record<keyof WalkOptions<unknown>, true>;

/** @throws {TypeError} that names the option and the rule. */
export function parseWalkOptions(options: WalkOptions<unknown>, defaultPageSize: number) {
	const {after = null, usedCursors = []} = options;
	if (after !== null && (typeof after !== 'string' || after === '')) {
		refuse('after', 'must be a cursor; leave it out to start at the beginning');
	}

	if (!(Array.isArray(usedCursors) && usedCursors.every(cursor => typeof cursor === 'string'))) {
		refuse('usedCursors', 'must be the cursors of a `resume`');
	}

	optionalFunction('onPage', options.onPage);
	return {
		after,
		usedCursors,
		pageSize: wholeNumber('pageSize', options.pageSize, defaultPageSize, 1, largestPage),
		maxItems: wholeNumber('maxItems', options.maxItems, Number.POSITIVE_INFINITY, 0),
		maxPages: wholeNumber('maxPages', options.maxPages, Number.POSITIVE_INFINITY, 0),
		readAhead: wholeNumber('readAhead', options.readAhead, 1, 0, mostPagesHeld),
		onPage: options.onPage,
	};
}
