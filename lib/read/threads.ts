import type {Thread} from '../lists/thread.ts';
import {fieldParameters} from '../lists/thread-filters.ts';
import {type Id, parseId} from '../lists/values.ts';
import {type ConnectionOptions, connectionOptions, parseConnection} from '../request/connection.ts';
import {createRead} from '../request/read.ts';
import {refuseUnknown, wholeNumber} from '../rules.ts';
import {createParseItems, type ItemOf, type SchemaOption} from '../walk/schema.ts';
import {findThread} from './find-thread.ts';
import {drop, type Ids, parseIds} from './ids.ts';
import {readInOrder} from './read-in-order.ts';

/** A thread as it was when it was read by its id. */
export interface ReadThread<T = Thread> {
	/** As it was asked for. */
	readonly id: string;
	/** Absent if HubSpot does not have it: it never was, or was deleted or purged. */
	readonly thread?: T;
	/** HubSpot's clock when it answered, to the second. */
	readonly observedAt: Date;
}

/** Which threads to read, and what of them. */
export interface ReadThreadsFilter<T = Thread> extends SchemaOption<T> {
	/** Read in this order, and no further than needed: an iterable or asynchronous iterable may be of any length. */
	readonly threadIds: Ids<Id>;
	/** `TICKET` adds `threadAssociations` to threads that have a ticket. */
	readonly association?: 'TICKET' | undefined;
	/** Names of the thread properties to ask for; others may then be absent. */
	readonly property?: string | readonly string[] | undefined;
	/** So many of the `threadIds` are passed over: what the `resume` of an error says. Default: 0. */
	readonly skip?: number | undefined;
}

/** Everything that `readThreads()` takes. */
export type ReadThreadsOptions<T = Thread> = ConnectionOptions & ReadThreadsFilter<T>;

const optionNames = {
	threadIds: true,
	association: true,
	property: true,
	schema: true,
	skip: true,
} satisfies Record<keyof ReadThreadsFilter, true>;

/**
 * Reads threads by their ids, several at a time, and yields them in the order of the ids. Archived threads are found
 * too. A thread is called absent only when HubSpot has answered 404 without and with `archived=true`, and once more
 * without: it may have been restored in between.
 *
 * ```ts
 * import {readThreads} from 'hubspot-threads';
 *
 * const accessToken = process.env.HUBSPOT_ACCESS_TOKEN!;
 * for await (const {id, thread} of readThreads({accessToken, threadIds: ['8200000001', '8200000002']})) {
 *   console.log(id, thread?.status ?? 'gone');
 * }
 * ```
 *
 * @throws {TypeError} at the call, for options that break a rule.
 * @throws {PaginationError} with a `resume` to continue from, for the same ids; an abort rejects with `signal.reason`.
 * @see https://developers.hubspot.com/docs/api-reference/conversations-inbox-messages-v3/guide
 */
export function readThreads<T = Thread>(
	options: ReadThreadsOptions<T>,
): AsyncGenerator<ReadThread<ItemOf<T>>, void> {
	refuseUnknown(options, {...connectionOptions, ...optionNames});
	const connection = parseConnection(options);
	const parameters = fieldParameters(options);
	const skip = wholeNumber('skip', options.skip, 0, 0);
	const threadIds = drop(parseIds('threadIds', options.threadIds, parseThreadId), skip);
	const parseItems = createParseItems(options.schema, 'Thread');
	const read = createRead(connection);

	async function readThread(threadId: Id, signal: AbortSignal) {
		const id = parseThreadId(threadId);
		const {value, observedAt} = await findThread(read, id, parameters, signal);
		const [thread] = value ? await parseItems([value], signal) : [];
		return {results: [{id, ...(value && {thread: thread as T}), observedAt}], ids: 1};
	}

	return readInOrder(threadIds, readThread, skip, connection);
}

const parseThreadId = (id: Id) => parseId('threadIds', id);
