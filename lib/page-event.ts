import type {PageEvent, PageOptions} from './options.ts';

/** Tells `onPage` the counts of a walk so far, page by page. */
export function countPages(onPage: PageOptions['onPage']): (threads: number, attempts: number) => void {
	let counts: PageEvent = {pages: 0, threads: 0, requests: 0, retries: 0};
	return (threads, attempts) => {
		counts = {
			pages: counts.pages + 1,
			threads: counts.threads + threads,
			requests: counts.requests + attempts,
			retries: counts.retries + attempts - 1,
		};
		onPage?.(counts);
	};
}
