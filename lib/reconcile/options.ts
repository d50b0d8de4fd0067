import type {Thread} from '../lists/thread.ts';
import {
	type ContactFilter,
	type FilterOptions,
	fieldParameters,
	type InboxFilter,
	type ListOptions,
} from '../lists/thread-filters.ts';
import {threads} from '../lists/threads.ts';
import {type Id, parseId} from '../lists/values.ts';
import {type Ids, parseIds} from '../read/ids.ts';
import {
	type Connection,
	type ConnectionOptions,
	connectionOptions,
	parseConnection,
} from '../request/connection.ts';
import type {Parameter} from '../request/parameters.ts';
import {refuse, refuseUnknown} from '../rules.ts';
import type {ListQuery} from '../walk/list.ts';
import {createParseItems, type ParseItems} from '../walk/schema.ts';
import {type PageOptions, parseWalkOptions} from '../walk/walk-options.ts';

/**
 * Which threads to reconcile: one list of HubSpot's. Any of its filters will do, because a thread that has left the
 * list is read by its id.
 *
 * @see https://developers.hubspot.com/docs/api-reference/conversations-inbox-messages-v3/guide
 */
export type ReconcileFilter = FilterOptions &
	(
		| (Omit<InboxFilter, 'inboxId'> & {
				/** One inbox: each is a list of its own. Default: all inboxes, in one list. */
				readonly inboxId?: Id | undefined;
		  })
		| ContactFilter
	);

/** What a pass needs beside its filter. */
export interface ReconcilePassOptions<T = Thread> extends PageOptions<T> {
	/**
	 * The ids of the threads that you hold under the filter; `[]` if there are none yet. An iterable or asynchronous
	 * iterable, read to its end before the first request: it may hold millions, since the pass keeps an id in 9 bytes
	 * (in up to 24 while it reads them). A generator can be read only once, so each pass needs a new one.
	 */
	readonly known: Ids<Id>;
}

/** Everything that `reconcile()` takes. */
export type ReconcileOptions<T = Thread> = ConnectionOptions & ReconcileFilter & ReconcilePassOptions<T>;

const optionNames = {
	known: true,
	pageSize: true,
	schema: true,
	onPage: true,
} satisfies Record<keyof ReconcilePassOptions, true>;

/** One pass, checked and with its defaults. */
export interface Pass<T> extends Pick<ReturnType<typeof parseWalkOptions>, 'pageSize' | 'onPage'> {
	readonly connection: Connection;
	readonly known: Ids<Id>;
	readonly query: ListQuery;
	/** For reads by id. */
	readonly parameters: readonly Parameter[];
	readonly parseItems: ParseItems<T>;
}

/** What every read by id would lack, or what would make the list another one. */
const notFurther = ['sort', 'latestMessageTimestampAfter', 'limit', 'association', 'property'];

/** @throws {TypeError} that names the option and the rule. */
export function parsePass<T>(options: ReconcileOptions<T>): Pass<T> {
	const {sort, latestMessageTimestampAfter, ...filterNames} = threads.optionNames;
	refuseUnknown(options, {...connectionOptions, ...filterNames, ...optionNames});
	if (Array.isArray(options.inboxId)) {
		refuse('inboxId', 'must be one inbox: each is a list of its own, with what you know of it');
	}

	const [query] = threads.parse(options as ListOptions) as [ListQuery];
	for (const name of new URLSearchParams(options.searchParams as URLSearchParams).keys()) {
		if (notFurther.includes(name)) {
			refuse('searchParams', `must not hold \`${name}\`: threads are listed and read by their ids`);
		}
	}

	const {pageSize, onPage} = parseWalkOptions(options, threads.defaultPageSize);
	return {
		connection: parseConnection(options),
		known: parseIds('known', options.known, parseKnownId),
		query,
		parameters: fieldParameters(options),
		parseItems: createParseItems(options.schema, threads.item),
		pageSize,
		onPage,
	};
}

/** Of 64 bits at most, as HubSpot's. */
export function parseKnownId(id: Id): string {
	const parsed = parseId('known', id);
	return parsed.length < 20 ? parsed : refuse('known', "must be ids of HubSpot's: digits, 19 at most");
}
