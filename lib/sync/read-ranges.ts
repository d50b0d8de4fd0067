import {asPaginationError, type PaginationError} from '../errors.ts';
import type {RateLimit} from '../rate-limit.ts';
import type {FetchPage} from '../request/fetch-page.ts';
import type {Query} from '../request/send.ts';
import {now} from '../wait.ts';
import type {ParseItems} from '../walk/schema.ts';
import type {CountPage} from '../walk/totals.ts';
import {OutOfOrderError, type Timed} from './order.ts';
import type {Pace} from './pace.ts';
import type {Arrival, Progress, Run} from './plan.ts';
import type {Range} from './range.ts';

export interface RangeReader<Item> {
	readonly fetchPage: FetchPage<Timed>;
	readonly parseItems: ParseItems<Item>;
	/** The query for the next page of a range. */
	readonly toQuery: (range: Range) => Query;
	readonly pace: Pace;
	/** Pages on their way or held, at most. */
	readonly concurrency: number;
	readonly countPage: CountPage;
}

/** A page that is there, and is held until it is handed over. */
export interface ReadPage<Item> {
	/** As HubSpot sent them; an item may be anything. */
	readonly rows: readonly Timed[];
	readonly items: readonly Item[];
	readonly observedAt: Date;
	readonly rateLimit: RateLimit | undefined;
	/** Before this page. */
	readonly progress: () => Progress;
	/** In the order of the pages. */
	readonly handOver: () => Progress;
}

/** A page that is not in order is asked for again: the list may have been about to change. */
const mostLooks = 3;

/**
 * Reads the ranges of a run side by side, with as many readers as the limit needs. So many pages are on their way or
 * wait for their turn as `concurrency` says, and no more: a consumer that takes its time slows the requests down.
 *
 * @throws {PaginationError} the first, after the pages that were there before it; the other requests are aborted.
 */
export async function* readRanges<Item>(
	run: Run,
	{fetchPage, parseItems, toQuery, pace, concurrency, countPage}: RangeReader<Item>,
	signal: AbortSignal,
): AsyncGenerator<ReadPage<Item>, void> {
	const stop = new AbortController();
	const reading = AbortSignal.any([signal, stop.signal]);
	const arrived: Array<ReadPage<Item>> = [];
	let onTheirWay = 0;
	let held = 0;
	let failure: {readonly error: PaginationError} | undefined;
	let wake = () => {};

	async function read(range: Range) {
		onTheirWay++;
		const requests = {attempts: 0, retries: 0};
		try {
			const {arrival, rateLimit} = await look(range, requests);
			const items = await parseItems(arrival.items, reading);
			await countPage(items.length, requests, reading);
			arrived.push({
				rows: arrival.items,
				items,
				observedAt: arrival.observedAt,
				rateLimit,
				progress: run.progress,
				handOver: () => handOver(arrival),
			});
		} catch (error) {
			failure ??= {error: asPaginationError(error, requests.attempts)};
			stop.abort();
		}

		onTheirWay--;
		// Also while the consumer is at work.
		readMore();
		wake();
	}

	async function look(range: Range, requests: {attempts: number; retries: number}) {
		for (let looks = 1; ; looks++) {
			const asked = now();
			const page = await fetchPage(toQuery(range), reading);
			const elapsed = now() - asked;
			pace.observe(page, elapsed);
			requests.attempts += page.attempts;
			requests.retries += page.retries;
			try {
				return {arrival: run.take(range, page, elapsed), rateLimit: page.rateLimit};
			} catch (error) {
				if (!(error instanceof OutOfOrderError && looks < mostLooks)) {
					throw error;
				}

				requests.retries++;
			}
		}
	}

	function handOver(arrival: Arrival<Timed>): Progress {
		held--;
		const progress = run.handOver(arrival);
		// While the consumer works on this one.
		readMore();
		wake();
		return progress;
	}

	function readMore() {
		while (!failure) {
			const room = concurrency - onTheirWay - arrived.length - held;
			const idle = Math.min(pace.readers - onTheirWay, room);
			const range = idle > 0 ? run.next(idle) : undefined;
			if (!range) {
				return;
			}

			void read(range);
		}
	}

	for (;;) {
		readMore();
		if (arrived.length === 0 && (onTheirWay > 0 || (held > 0 && !failure))) {
			await new Promise<void>(resolve => {
				wake = resolve;
			});
			continue;
		}

		signal.throwIfAborted();
		const next = arrived.shift();
		if (next) {
			held++;
			yield next;
		} else if (failure) {
			throw failure.error;
		} else {
			return;
		}
	}
}
