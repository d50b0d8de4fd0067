import {NoProgressError} from '../errors.ts';

/**
 * HubSpot hides rows after it has cut a page: 13 pages in a row without any were seen, of 3 rows each. So many are 50
 * seconds of the lowest rate limit, and 250,000 threads in a row of which none may be seen.
 */
export const mostPagesWithoutNews = 500;

/**
 * Looks for something new on each page of a list. Only the ids that a page began or ended with are kept, as many as
 * cursors: whatever HubSpot repeats, it repeats such an id in the end, since each page that passes for a new one adds
 * one of a limited number.
 */
export function createProgress(): (items: ReadonlyArray<{readonly id: string}>) => void {
	const known = new Set<string>();
	let pages = 0;

	return items => {
		const before = known.size;
		for (const item of [items[0], items.at(-1)]) {
			if (item) {
				known.add(item.id);
			}
		}

		pages = known.size > before ? 0 : pages + 1;
		if (pages >= mostPagesWithoutNews) {
			throw new NoProgressError(pages);
		}
	};
}
