import {type Checkpoint, parseCheckpoint, type Scope} from './checkpoint.ts';
import type {PaginationError} from './errors.ts';
import type {Thread} from './lists/thread.ts';
import {parseThreadFilters} from './lists/thread-filters.ts';
import {threads, threadsPath} from './lists/threads.ts';
import {parseId, parseTimestamp} from './lists/values.ts';
import {connectionOptions, parseConnection} from './request/connection.ts';
import {createFetchPage} from './request/fetch-page.ts';
import {createToParameters, type Parameter, parseSearchParams} from './request/parameters.ts';
import {createRead} from './request/read.ts';
import type {Tokens} from './request/token.ts';
import {optionalFunction, refuse, refuseUnknown, wholeNumber} from './rules.ts';
import type {AnySyncFilter, AnySyncOptions, OpenSyncOptions, SyncRunOptions} from './sync/options.ts';
import type {Timed} from './sync/order.ts';
import {createRun, type RunOptions} from './sync/plan.ts';
import {type RangeReader, readRanges} from './sync/read-ranges.ts';
import {createParseItems, type ItemOf} from './walk/schema.ts';
import {endQuietly, stoppable} from './walk/stoppable.ts';
import {mostPagesHeld} from './walk/walk-options.ts';

/** What `sync()` hands over: what is new on one page. */
export interface Batch<T = Thread> {
	/** Empty in the last batch at most. A thread may come again in a later one, as it is by then. */
	readonly threads: readonly T[];
	/** To be stored in the transaction that stores the threads; the next `sync()` goes on from it. */
	readonly checkpoint: Checkpoint;
	/** HubSpot's clock when it answered, to the second: of two states of a thread, the later one counts. */
	readonly observedAt: Date;
	/** The share of the time range that is done, from 0 to 1; 1 in the last batch only. */
	readonly progress: number;
}

const syncOptions = {
	checkpoint: true,
	since: true,
	until: true,
	overlap: true,
	concurrency: true,
	pageSize: true,
	schema: true,
	onPage: true,
} as const satisfies Record<keyof SyncRunOptions, true>;

/** What a list by time is asked for with. */
const own = new Set(['sort', 'latestMessageTimestampAfter', 'limit']);

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
 * @throws {TypeError} at the call, for options that cannot go together and for a `checkpoint` that is malformed, of
 * another version or of another scope.
 * @throws {PaginationError} from the run, whose `resume` holds the checkpoint to go on from; an abort rejects with
 * `signal.reason`.
 * @see https://developers.hubspot.com/docs/api-reference/conversations-inbox-messages-v3/guide
 */
export function sync<T = Thread, Options extends AnySyncFilter = AnySyncFilter>(
	options: OpenSyncOptions<Options, T>,
): AsyncGenerator<Batch<ItemOf<T>>, void> {
	const job = parseOptions<T>(options);
	return stoppable(options.signal, signal => handOver(job, signal));
}

interface Job<T> extends RangeReader<T> {
	readonly run: RunOptions;
	readonly tokens: Tokens;
}

async function* handOver<T>(
	{run: options, tokens, ...reader}: Job<T>,
	signal: AbortSignal,
): AsyncGenerator<Batch<T>, void> {
	const run = createRun(options);
	let {checkpoint} = options;
	try {
		for await (const {items: threads, isDone, ...batch} of readRanges(run, reader, signal)) {
			({checkpoint} = batch);
			if (threads.length > 0 || isDone) {
				yield {threads, ...batch};
			}
		}
	} catch (error) {
		if (!signal.aborted) {
			Object.assign(error as PaginationError, {resume: checkpoint ? {checkpoint} : {}});
		}

		endQuietly(error, tokens);
	}
}

/** Checks every option once, at the call. */
function parseOptions<T>(options: AnySyncOptions<T>): Job<T> {
	const {sort, latestMessageTimestampAfter, ...filterNames} = threads.optionNames;
	refuseUnknown(options, {...connectionOptions, ...filterNames, ...syncOptions});
	optionalFunction('onPage', options.onPage);
	const {since = '2000-01-01', until, inboxId} = options;
	if (Array.isArray(inboxId)) {
		refuse('inboxId', 'must be one inbox: each has a checkpoint of its own');
	}

	const untilTime = until === undefined ? Number.POSITIVE_INFINITY : parseTimestamp('until', until).getTime();
	const toParameters = createToParameters(
		parseThreadFilters(options),
		inboxId === undefined ? [] : [['inboxId', parseId('inboxId', inboxId)]],
		parseSearchParams(options),
	);
	const pageSize = wholeNumber('pageSize', options.pageSize, 500, 1, 500);
	const filters = toParameters({});
	for (const [name] of filters) {
		if (own.has(name)) {
			refuse('searchParams', `must not hold \`${name}\`: it is how a sync works`);
		}
	}

	const properties = filters.filter(([name]) => name === 'property').flatMap(([, value]) => value.split(','));
	if (properties.length > 0 && !properties.includes('latestMessageTimestamp')) {
		refuse('property', 'must have `latestMessageTimestamp` in it: it tells how far a sync has come');
	}

	const scope = toScope(until === undefined ? filters : [...filters, ['until', String(untilTime)]]);
	const connection = parseConnection(options);
	return {
		tokens: connection.tokens,
		fetchPage: createFetchPage<Timed>(createRead(connection)),
		parseItems: createParseItems(options.schema, threads.item),
		toQuery: ({at, after}) => ({
			path: threadsPath,
			parameters: [
				...toParameters({limit: pageSize, after}),
				['sort', 'latestMessageTimestamp'],
				// Whether HubSpot's bound is inclusive or exclusive, what is exactly there is listed.
				['latestMessageTimestampAfter', new Date(Math.max(1, at - 1)).toISOString()],
			],
		}),
		concurrency: wholeNumber('concurrency', options.concurrency, 6, 1, mostPagesHeld),
		onPage: options.onPage,
		run: {
			scope,
			checkpoint: parseCheckpoint(options.checkpoint, scope),
			since: parseTimestamp('since', since).getTime(),
			until: untilTime,
			overlap: wholeNumber('overlap', options.overlap, 3_600_000, 0),
			pageSize,
		},
	};
}

/** What decides which threads are listed: `association` and `property` only decide what is said of them. */
function toScope(parameters: readonly Parameter[]): Scope {
	return Object.fromEntries(
		parameters.filter(
			([name, value]) =>
				!['association', 'property'].includes(name) && !(name === 'archived' && value === 'false'),
		),
	);
}
