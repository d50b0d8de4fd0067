/** Counts of a walk so far, with the pages that were read ahead. */
export interface PageEvent {
	/** Pages that have arrived. */
	readonly pages: number;
	/** Threads on these pages. */
	readonly threads: number;
	/** Requests that these pages took. */
	readonly requests: number;
	/** Requests beyond the first for their page. */
	readonly retries: number;
}

/** Tells `onPage` the counts of a walk so far, page by page. */
export function countPages(
	onPage: ((event: PageEvent) => void) | undefined,
): (threads: number, attempts: number) => void {
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
