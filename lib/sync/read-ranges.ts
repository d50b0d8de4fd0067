import {asPaginationError, type PaginationError} from '../errors.ts';
import type {FetchedPage, FetchPage} from '../request/fetch-page.ts';
import type {Query} from '../request/send.ts';
import type {ParseItems} from '../walk/schema.ts';
import {countPages, type PageEvent} from '../walk/totals.ts';
import type {Timed} from './order.ts';
import type {Arrival, Run, RunState} from './plan.ts';
import type {Range} from './range.ts';

export interface RangeReader<Item> {
	readonly fetchPage: FetchPage<Timed>;
	readonly parseItems: ParseItems<Item>;
	/** The query for the next page of a range. */
	readonly toQuery: (range: Range) => Query;
	readonly concurrency: number;
	readonly onPage: ((event: PageEvent) => unknown) | undefined;
}

export interface HandedOver<Item> extends RunState {
	readonly items: readonly Item[];
	readonly observedAt: Date;
}

/**
 * Reads the ranges of a run side by side. So many pages are on their way or wait for their turn as `concurrency`
 * says, and no more: a consumer that takes its time slows the requests down.
 *
 * @throws {PaginationError} the first, after the pages that were there before it; the other requests are aborted.
 */
export async function* readRanges<Item>(
	run: Run,
	{fetchPage, parseItems, toQuery, concurrency, onPage}: RangeReader<Item>,
	signal: AbortSignal,
): AsyncGenerator<HandedOver<Item>, void> {
	const stop = new AbortController();
	const reading = AbortSignal.any([signal, stop.signal]);
	const countPage = countPages(onPage);
	const arrived: Array<Arrival<Item>> = [];
	let onTheirWay = 0;
	let failure: {readonly error: PaginationError} | undefined;
	let wake = () => {};

	async function read(range: Range) {
		onTheirWay++;
		range.isBeingRead = true;
		let page: FetchedPage<Timed> | undefined;
		try {
			page = await fetchPage(toQuery(range), reading);
			const arrival = run.take(range, page);
			const items = await parseItems(arrival.items, reading);
			await countPage(items.length, page, reading);
			arrived.push({...arrival, items});
		} catch (error) {
			failure ??= {error: asPaginationError(error, page?.attempts ?? 0)};
			stop.abort();
		}

		range.isBeingRead = false;
		onTheirWay--;
		wake();
	}

	function readMore() {
		while (!failure && onTheirWay + arrived.length < concurrency) {
			const range = run.next();
			if (!range) {
				return;
			}

			void read(range);
		}
	}

	for (;;) {
		readMore();
		if (arrived.length === 0 && onTheirWay > 0) {
			await new Promise<void>(resolve => {
				wake = resolve;
			});
			continue;
		}

		signal.throwIfAborted();
		const arrival = arrived.shift();
		if (arrival) {
			const state = run.handOver(arrival);
			// While the consumer works on this one.
			readMore();
			yield {items: arrival.items, observedAt: arrival.observedAt, ...state};
		} else if (failure) {
			throw failure.error;
		} else {
			return;
		}
	}
}
