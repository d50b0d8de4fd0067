import {type Checkpoint, parseCheckpoint, type Scope} from './checkpoint.ts';
import type {Message} from './lists/message.ts';
import type {Thread} from './lists/thread.ts';
import {parseThreadFilters} from './lists/thread-filters.ts';
import {threads, threadsPath} from './lists/threads.ts';
import {parseId, parseTimestamp} from './lists/values.ts';
import type {RateLimit} from './rate-limit.ts';
import {connectionOptions, parseConnection} from './request/connection.ts';
import {createFetchPage} from './request/fetch-page.ts';
import {createToParameters, type Parameter, parseSearchParams} from './request/parameters.ts';
import {createRead} from './request/read.ts';
import type {Tokens} from './request/token.ts';
import {optionalBoolean, optionalFunction, refuse, refuseUnknown, wholeNumber} from './rules.ts';
import {createReadMessages} from './sync/new-messages.ts';
import type {SyncOptions, SyncRunOptions} from './sync/options.ts';
import type {Timed} from './sync/order.ts';
import {createPace} from './sync/pace.ts';
import {createRun, type Run, type RunOptions} from './sync/plan.ts';
import {type RangeReader, type ReadPage, readRanges} from './sync/read-ranges.ts';
import {type ReadMessages, withMessages} from './sync/with-messages.ts';
import {createParseItems, type ItemOf} from './walk/schema.ts';
import {endResumably, stoppable} from './walk/stoppable.ts';
import {countPages} from './walk/totals.ts';
import {largestPage, mostPagesHeld} from './walk/walk-options.ts';

/** What `sync()` hands over: what is new on one page. */
export interface Batch<T = Thread> {
	/** Empty in the last batch at most. A thread may come again in a later one, as it is by then. */
	readonly threads: readonly T[];
	/** Store it in the transaction that stores the threads; the next `sync()` continues from it. */
	readonly checkpoint: Checkpoint;
	/** HubSpot's clock when it answered, to the second: of two states of a thread, the later one counts. */
	readonly observedAt: Date;
	/** The share of the time range that is done, from 0 to 1; it never falls, and is 1 in the last batch only. */
	readonly progress: number;
	/** What the headers of this response say, if they say anything: such as what is left of the day. */
	readonly rateLimit?: RateLimit;
}

/** What `sync()` hands over with `messages: true`: some threads, and their messages. */
export interface BatchWithMessages<T = Thread> extends Batch<T> {
	/**
	 * Those of the batch's threads, the newest of each first; about a thousand at most, so a thread with more of them
	 * comes in several batches. Store them with the threads. A message may come again: its `id` tells.
	 */
	readonly messages: readonly Message[];
}

const syncOptions = {
	checkpoint: true,
	account: true,
	since: true,
	until: true,
	overlap: true,
	concurrency: true,
	pageSize: true,
	schema: true,
	onPage: true,
	messages: true,
	originalContent: true,
} as const satisfies Record<keyof SyncRunOptions, true>;

/** What a list by time is asked for with. */
const own = new Set(['sort', 'latestMessageTimestampAfter', 'limit']);

/** Filters whose lists change without a message. */
const silent = new Set(['threadStatus', 'archived', 'associatedContactId']);

/**
 * Yields what has changed since the run that left `checkpoint`, or everything in a first run: batch by batch, as
 * fast as the rate limit allows, and resumable from every batch. One run ends at the end of the list.
 *
 * ```ts
 * import {type Checkpoint, sync, type Thread} from 'hubspot-threads';
 *
 * declare function load(): Promise<Checkpoint | undefined>;
 * declare function store(threads: readonly Thread[], observedAt: Date, checkpoint: Checkpoint): Promise<void>;
 *
 * const accessToken = process.env.HUBSPOT_ACCESS_TOKEN!;
 * for await (const {threads, checkpoint, observedAt} of sync({accessToken, checkpoint: await load()})) {
 *   await store(threads, observedAt, checkpoint); // in one transaction
 * }
 * ```
 *
 * At least once: every thread that the list showed with a timestamp at or after `since` when the run began is
 * delivered, in a state read at or after the run began. Runs from the stored checkpoint miss no message that HubSpot
 * lists within `overlap`. Changes without a message do not move a thread in the list, so they are not seen.
 *
 * With `messages: true` each batch also has the messages of its threads: in a first run all of them, later those that
 * earlier runs have not handed over, under the same conditions. A checkpoint covers a thread only when all of its
 * messages have been handed over, so a run that is killed at any moment loses none. HubSpot takes a request for each
 * thread: a million threads are several days of requests, which is the same job started again on each of them, since a
 * run that ends for lack of requests is continued from its last checkpoint like any other.
 *
 * ```ts
 * import {type BatchWithMessages, type Checkpoint, sync} from 'hubspot-threads';
 *
 * declare function load(): Promise<Checkpoint | undefined>;
 * declare function storeBatch(batch: BatchWithMessages): Promise<void>;
 *
 * const accessToken = process.env.HUBSPOT_ACCESS_TOKEN!;
 * for await (const batch of sync({accessToken, checkpoint: await load(), messages: true})) {
 *   await storeBatch(batch); // threads, messages and checkpoint in one transaction
 * }
 * ```
 *
 * @throws {TypeError} at the call, for options that cannot go together and for a `checkpoint` that is malformed, of
 * another version or of another scope.
 * @throws {PaginationError} from the run, whose `resume` holds the checkpoint to go on from; an abort rejects with
 * `signal.reason`.
 * @see https://developers.hubspot.com/docs/api-reference/conversations-inbox-messages-v3/guide
 */
export function sync<T = Thread>(
	options: SyncOptions<T> & {readonly messages: true},
): AsyncGenerator<BatchWithMessages<ItemOf<T>>, void>;
export function sync<T = Thread>(options: SyncOptions<T>): AsyncGenerator<Batch<ItemOf<T>>, void>;
export function sync<T = Thread>(options: SyncOptions<T>): AsyncGenerator<Batch<T>, void> {
	const job = parseOptions<T>(options);
	return stoppable(options.signal, signal => handOver(job, signal));
}

interface Job<T> extends RangeReader<T> {
	readonly run: RunOptions;
	readonly tokens: Tokens;
	/** For the messages of each thread, if they are wanted. */
	readonly createReadMessages: ((known: Run['messages']) => ReadMessages) | undefined;
}

async function* handOver<T>(
	{run: options, tokens, createReadMessages, ...reader}: Job<T>,
	signal: AbortSignal,
): AsyncGenerator<Batch<T>, void> {
	const run = createRun(options);
	const readPages = (signal: AbortSignal) => readRanges(run, reader, signal);
	const batches = createReadMessages
		? withMessages(readPages, createReadMessages(run.messages), signal)
		: withoutMessages(readPages(signal));
	let {checkpoint} = options;
	try {
		for await (const {items: threads, isDone, rateLimit, ...batch} of batches) {
			({checkpoint} = batch);
			if (threads.length > 0 || isDone) {
				yield {threads, ...batch, ...(rateLimit && {rateLimit})};
			}
		}
	} catch (error) {
		endResumably(error, checkpoint ? {checkpoint} : {}, signal, tokens);
	}
}

async function* withoutMessages<T>(pages: AsyncGenerator<ReadPage<T>, void>) {
	for await (const {items, observedAt, rateLimit, handOver} of pages) {
		yield {items, observedAt, rateLimit, ...handOver()};
	}
}

/** Checks every option once, at the call. */
function parseOptions<T>(options: SyncOptions<T>): Job<T> {
	const {sort, latestMessageTimestampAfter, ...filterNames} = threads.optionNames;
	refuseUnknown(options, {...connectionOptions, ...filterNames, ...syncOptions});
	refuseSilentFilters(Object.entries(options));
	optionalFunction('onPage', options.onPage);
	const {since = '2000-01-01', until, account, inboxId} = options;
	if (Array.isArray(inboxId)) {
		refuse('inboxId', 'must be one inbox: each has a checkpoint of its own');
	}

	const sinceTime = parseTimestamp('since', since).getTime();
	const untilTime = until === undefined ? Number.POSITIVE_INFINITY : parseTimestamp('until', until).getTime();
	if (sinceTime > Date.now()) {
		refuse('since', 'must not be in the future');
	}

	if (untilTime < sinceTime) {
		refuse('until', 'must not be before `since`');
	}

	if (account !== undefined && !/^.{1,100}$/s.test(typeof account === 'object' ? '' : String(account))) {
		refuse('account', 'must be a name of 1 to 100 characters');
	}

	const toParameters = createToParameters(
		parseThreadFilters(options),
		inboxId === undefined ? [] : [['inboxId', parseId('inboxId', inboxId)]],
		parseSearchParams(options),
	);
	const {messages = false, originalContent} = options;
	optionalBoolean('messages', messages);
	if (originalContent !== undefined && (!messages || typeof originalContent !== 'boolean')) {
		refuse('originalContent', 'must be true or false, and goes only with `messages`');
	}

	const pageSize = wholeNumber('pageSize', options.pageSize, messages ? 100 : largestPage, 1, largestPage);
	const filters = toParameters({});
	for (const [name] of filters) {
		if (own.has(name)) {
			refuse('searchParams', `must not hold \`${name}\`: it is how a sync works`);
		}
	}

	refuseSilentFilters(filters);
	const properties = filters.filter(([name]) => name === 'property').flatMap(([, value]) => value.split(','));
	if (properties.length > 0 && !properties.includes('latestMessageTimestamp')) {
		refuse('property', 'must have `latestMessageTimestamp` in it');
	}

	const scope = toScope([
		...filters,
		...(account === undefined ? [] : [['account', String(account)] as const]),
		...(until === undefined ? [] : [['until', String(untilTime)] as const]),
		...(messages ? [['messages', 'true'] as const] : []),
	]);
	const connection = parseConnection(options);
	const read = createRead(connection);
	const countPage = countPages(options.onPage);
	return {
		tokens: connection.tokens,
		fetchPage: createFetchPage<Timed>(read),
		createReadMessages: messages
			? known => createReadMessages({...known, read, originalContent: originalContent ?? false, countPage})
			: undefined,
		parseItems: createParseItems(options.schema, threads.item),
		pace: createPace(connection.throttle),
		toQuery: ({at, after, isWide}) => ({
			path: threadsPath,
			parameters: [
				...toParameters({limit: isWide ? largestPage : pageSize, after}),
				['sort', 'latestMessageTimestamp'],
				// Whether HubSpot's bound is inclusive or exclusive, what is exactly there is listed.
				['latestMessageTimestampAfter', new Date(Math.max(1, at - 1)).toISOString()],
			],
		}),
		// With messages these are the slow part: pages are held so that one long thread holds up no other.
		concurrency: wholeNumber('concurrency', options.concurrency, messages ? 16 : 64, 1, mostPagesHeld),
		countPage,
		run: {
			scope,
			checkpoint: parseCheckpoint(options.checkpoint, scope),
			since: sinceTime,
			until: untilTime,
			overlap: wholeNumber('overlap', options.overlap, 3_600_000, 0),
			pageSize,
			messages,
		},
	};
}

/** What decides which threads are listed: `association` and `property` only decide what is said of them. */
function toScope(parameters: readonly Parameter[]): Scope {
	return Object.fromEntries(parameters.filter(([name]) => !['association', 'property'].includes(name)));
}

/** In `searchParams` too: unchecked is not unheeded. */
function refuseSilentFilters(entries: ReadonlyArray<readonly [string, unknown]>): void {
	for (const [name, value] of entries) {
		if (value !== undefined && silent.has(name)) {
			refuse(
				name,
				'is no filter of a sync: a thread enters and leaves it without a message, unseen. `reconcile()` keeps such a list true, and `paginate()` lists it',
			);
		}
	}
}
