import type {ConnectionOptions} from '../request/connection.ts';
import {createToParameters, parseSearchParams} from '../request/parameters.ts';
import type {List, ListQuery} from '../walk/list.ts';
import type {WalkOptions} from '../walk/walk-options.ts';
import type {Thread} from './thread.ts';
import {
	type AnyListOptions,
	type ListOptions,
	parseInboxIds,
	parseThreadFilters,
	threadOptionNames,
} from './thread-filters.ts';

/** Everything that `paginate()` and `pages()` take. */
export type PaginateOptions<T = Thread> = ConnectionOptions & ListOptions & WalkOptions<T>;

/** The same, whether or not HubSpot takes them together: what is left to check at the call. */
export type AnyPaginateOptions<T> = ConnectionOptions & AnyListOptions & WalkOptions<T>;

/** Relative to the root of the API version. */
export const threadsPath = 'threads';

/** @see https://developers.hubspot.com/docs/api-reference/conversations-inbox-messages-v3/guide */
export const threads: List<AnyListOptions> = {
	item: 'Thread',
	defaultPageSize: 500,
	optionNames: threadOptionNames,
	parse(options): readonly ListQuery[] {
		const filters = parseThreadFilters(options);
		const further = parseSearchParams(options);
		if (options.inboxId === undefined) {
			return [{path: threadsPath, toParameters: createToParameters(filters, [], further)}];
		}

		const inboxIds = parseInboxIds(options.inboxId);
		return inboxIds.map((inboxId, index) => ({
			path: threadsPath,
			toParameters: createToParameters(filters, [['inboxId', inboxId]], further),
			resume: {inboxId: inboxIds.slice(index)},
		}));
	},
};
