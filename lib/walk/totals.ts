import {tell} from '../request/hook.ts';
import type {Answered} from '../request/read.ts';

/** Running totals of a walk, including pages read ahead. */
export interface PageEvent {
	/** Pages that have arrived. */
	readonly pages: number;
	/** Items on these pages: threads, messages, or whatever is listed. */
	readonly items: number;
	/** Requests that these pages took. */
	readonly requests: number;
	/** Requests that had to be made again. */
	readonly retries: number;
}

const none: PageEvent = {pages: 0, items: 0, requests: 0, retries: 0};

type Requests = Pick<Answered, 'attempts' | 'retries'>;

export type CountPage = (items: number, page: Requests, signal: AbortSignal) => Promise<void>;

/** Tells `onPage` the counts of a walk so far, page by page. */
export function countPages(onPage: ((event: PageEvent) => unknown) | undefined): CountPage {
	let counts = none;
	return (items, {attempts, retries}, signal) => {
		counts = {
			pages: counts.pages + 1,
			items: counts.items + items,
			requests: counts.requests + attempts,
			retries: counts.retries + retries,
		};
		return tell('onPage', onPage, counts, signal);
	};
}

/** The `onPage` of a walk whose pages are only some of those that are counted. */
export function countAmong(countPage: CountPage, signal: AbortSignal): (event: PageEvent) => Promise<void> {
	let before = none;
	return event => {
		const {items, requests, retries} = before;
		before = event;
		const page = {attempts: event.requests - requests, retries: event.retries - retries};
		return countPage(event.items - items, page, signal);
	};
}
