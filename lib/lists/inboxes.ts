import type {ConnectionOptions} from '../request/connection.ts';
import {createToParameters, parseSearchParams, type SearchParamsOption} from '../request/parameters.ts';
import type {List} from '../walk/list.ts';
import type {ItemOf} from '../walk/schema.ts';
import {paginateList} from '../walk/walk-list.ts';
import type {WalkOptions} from '../walk/walk-options.ts';
import {archivedParameter, sortParameters} from './filters.ts';
import type {Timestamp} from './thread.ts';

/**
 * An inbox or a help desk, exactly as HubSpot sent it.
 *
 * @see https://developers.hubspot.com/docs/api-reference/conversations-inbox-messages-v3/guide
 */
export interface Inbox {
	/** Unique id: digits, kept as a string. A thread's `inboxId`. */
	readonly id: string;
	/** As people see it. */
	readonly name: string;
	/** Open to values that HubSpot may add. */
	readonly type: 'INBOX' | 'HELP_DESK' | (string & {});
	/** When it was created. */
	readonly createdAt: Timestamp;
	/** When it was changed. */
	readonly updatedAt?: Timestamp | null;
	/** Whether it is archived; such inboxes are in a list of their own. */
	readonly archived?: boolean | null;
	/** When it was archived. */
	readonly archivedAt?: Timestamp | null;
}

/** Which inboxes, in which order. */
export interface InboxListOptions extends SearchParamsOption {
	/** `true` lists only archived inboxes. Default: only the others. */
	readonly archived?: boolean | undefined;
	/** The fields to sort by, such as `name`; `-name` is descending. Default: HubSpot's own order. */
	readonly sort?: string | readonly string[] | undefined;
}

/** Everything that `paginateInboxes()` takes. */
export type PaginateInboxesOptions<T = Inbox> = ConnectionOptions & InboxListOptions & WalkOptions<T>;

const inboxes: List<InboxListOptions> = {
	item: 'Inbox',
	defaultPageSize: 100,
	optionNames: {archived: true, sort: true, searchParams: true} satisfies Record<
		keyof InboxListOptions,
		true
	>,
	parse(options) {
		const filters = [...archivedParameter(options.archived), ...sortParameters(options.sort)];
		return [{path: 'inboxes', toParameters: createToParameters(filters, [], parseSearchParams(options))}];
	},
};

/**
 * Yields the inboxes of the account, one at a time, with the promises of `paginate()`.
 *
 * ```ts
 * import {paginateInboxes} from 'hubspot-threads';
 *
 * for await (const inbox of paginateInboxes({accessToken: process.env.HUBSPOT_ACCESS_TOKEN!})) {
 *   console.log(inbox.id, inbox.type, inbox.name);
 * }
 * ```
 *
 * @throws {TypeError} at the call, for options that break a rule.
 * @throws {PaginationError} from the walk, with a `resume` to continue from; an abort rejects with `signal.reason`.
 * @see https://developers.hubspot.com/docs/api-reference/conversations-inbox-messages-v3/guide
 */
export function paginateInboxes<T = Inbox>(
	options: PaginateInboxesOptions<T>,
): AsyncGenerator<ItemOf<T>, void> {
	return paginateList<PaginateInboxesOptions<T>, T>(inboxes, options);
}
