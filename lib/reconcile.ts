import type {Thread} from './lists/thread.ts';
import type {RateLimit} from './rate-limit.ts';
import {IdSet} from './reconcile/id-set.ts';
import {type Pass, parseKnownId, parsePass, type ReconcileOptions} from './reconcile/options.ts';
import {readMissing} from './reconcile/read-missing.ts';
import {createFetchPage} from './request/fetch-page.ts';
import {createRead} from './request/read.ts';
import {abortable} from './wait.ts';
import {readAhead} from './walk/read-ahead.ts';
import {endResumably, stoppable} from './walk/stoppable.ts';
import {countAmong, countPages} from './walk/totals.ts';
import {walk} from './walk/walk.ts';

/** What `reconcile()` hands over: threads as they are, and ids that are to be marked as gone. */
export interface ReconcileBatch<T = Thread> {
	/** Also threads that have left the filter, in the state that they are in now. */
	readonly threads: readonly T[];
	/** Known ids that HubSpot does not have any more: deleted, or purged. */
	readonly gone: readonly string[];
	/** HubSpot's clock when it answered, to the second: of two states of a thread, the later one counts. */
	readonly observedAt: Date;
	/** What the headers of the last answer say, if they say anything. */
	readonly rateLimit?: RateLimit;
}

/**
 * Finds what has changed without a message, which `sync()` cannot see: walks a list and hands over every thread in it,
 * then reads by id what you know under the same filter and the list did not show. Such threads were closed, moved,
 * archived or restored, and come as they are now; `gone` are those that HubSpot does not have any more.
 *
 * ```ts
 * import {reconcile, type Thread} from 'hubspot-threads';
 *
 * declare function openIds(): AsyncIterable<string>;
 * declare function storePass(threads: readonly Thread[], gone: readonly string[], observedAt: Date): Promise<void>;
 *
 * const accessToken = process.env.HUBSPOT_ACCESS_TOKEN!;
 * const pass = reconcile({accessToken, threadStatus: 'OPEN', known: openIds()});
 * for await (const {threads, gone, observedAt} of pass) {
 *   await storePass(threads, gone, observedAt); // of two states of a thread, keep the one that was observed later
 * }
 * ```
 *
 * What is `known`, and what is under the filter from the beginning of the pass to its end, is afterwards in a state of
 * its beginning or later, also beside a running `sync()`. Two exceptions: if HubSpot's cursor is an offset (nobody
 * knows), a thread that you do not hold can be missed when others leave the list during the pass; and a thread that is
 * restored and archived again between the three reads that make it gone is called gone. A later pass that lists them
 * brings both.
 *
 * There is no checkpoint, because your store is the state: start a pass that was killed again.
 *
 * A plan that keeps a copy true, beside a `sync()` every few minutes. `known` are the ids whose stored state matches the
 * filter.
 *
 * | pass | every | finds | leaves open |
 * |---|---|---|---|
 * | `threadStatus: 'OPEN'` | hour | threads that were closed or reopened, and all changes of open ones | other changes of closed threads |
 * | `archived: true` | day | threads that were archived, restored or purged | |
 * | no filter | week | all other changes of threads that are not archived, the deleted ones, those without a message | |
 *
 * @throws {TypeError} at the call, for options that break a rule.
 * @throws {PaginationError} from the pass; its `resume` is empty: start over, with `known` as it is by then. An abort
 * rejects with `signal.reason`.
 * @see https://developers.hubspot.com/docs/api-reference/conversations-inbox-messages-v3/guide
 */
export function reconcile<T = Thread>(options: ReconcileOptions<T>): AsyncGenerator<ReconcileBatch<T>, void> {
	const pass = parsePass(options);
	return stoppable(pass.connection.signal, signal => handOver(pass, signal));
}

async function* handOver<T>(pass: Pass<T>, signal: AbortSignal): AsyncGenerator<ReconcileBatch<T>, void> {
	try {
		for await (const {threads, gone, observedAt, rateLimit} of run(pass, signal)) {
			signal.throwIfAborted();
			if (threads.length + gone.length > 0) {
				yield {threads, gone, observedAt, ...(rateLimit && {rateLimit})};
			}
		}

		signal.throwIfAborted();
	} catch (error) {
		endResumably(error, {}, signal, pass.connection.tokens);
	}
}

async function* run<T>(pass: Pass<T>, signal: AbortSignal) {
	const {known, query, parseItems, pageSize, onPage, connection} = pass;
	const read = createRead(connection);
	// Before the list: at the end, a store that a sync() writes to would no longer name a thread of which it was told
	// meanwhile, in a state from before the pass, that it has left the filter.
	const missing = await readIds(known, signal);
	const countPage = countPages(onPage);
	const pages = walk(
		{
			queries: [query],
			fetchPage: createFetchPage(read),
			async parseItems(items, signal) {
				const threads = await parseItems(items, signal);
				return threads.map((thread, index) => ({thread, id: (items[index] as {readonly id: string}).id}));
			},
			after: null,
			usedCursors: [],
			pageSize,
			maxItems: Number.POSITIVE_INFINITY,
			maxPages: Number.POSITIVE_INFINITY,
			onPage: countAmong(countPage, signal),
		},
		signal,
	);
	for await (const {items, observedAt, rateLimit} of readAhead(pages, 1)) {
		for (const {id} of items) {
			missing.take(id);
		}

		yield {threads: items.map(({thread}) => thread), gone: [], observedAt, rateLimit};
	}

	for await (const batch of readMissing(missing, {...pass, read}, signal)) {
		await countPage(batch.threads.length, batch, signal);
		yield batch;
	}
}

async function readIds(known: Pass<unknown>['known'], signal: AbortSignal): Promise<IdSet> {
	const ids = new IdSet();
	// The signal is looked at between two ids, and the abort does not wait for an iterable that hangs.
	await abortable(signal, async () => {
		for await (const id of known) {
			signal.throwIfAborted();
			ids.add(parseKnownId(id));
		}
	});
	ids.close();
	return ids;
}
