import type {Happening} from './plot.ts';
import type {Random} from './random.ts';

/**
 * Rows that HubSpot hides after it has cut the page, several in a row, so that pages are short, empty, or both at
 * once at the end of a list.
 *
 * @param share of all rows.
 */
export function withHidden(plot: readonly Happening[], share: number, random: Random): readonly Happening[] {
	if (share <= 0) {
		return plot;
	}

	// So many in a row, so that a page of three is empty now and then.
	const inRow = 4;
	const often = Math.min(1, share / ((1 - Math.min(share, 0.9)) * inRow));
	return plot.flatMap(happening => {
		const {time} = happening;
		return random.happens(often)
			? [happening, ...Array.from({length: inRow}, () => ({time, type: 'HIDDEN'}) as const)]
			: [happening];
	});
}
