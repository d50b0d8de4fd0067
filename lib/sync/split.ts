import type {Range} from './range.ts';

/**
 * Pages: no part is shorter. Each cut costs a part of a page that two readers read, and what is left is an estimate,
 * made of what was read. While that is little, parts are long; at the end of a run, readers have nothing else to do.
 */
const shortest = 0.5;
const shortestAtFirst = 1.5;

/** With as many pages read as are left, the shortest part is so long. */
const shortestHalfway = 2.5;

/**
 * A part may be so much longer or shorter than what each reader has to read on average. One of just that length would
 * soon be cut again, and each cut costs a part of a page.
 */
const uneven = 1.5;

/**
 * Pages: an estimate that reaches farther than all that was read is none, and at first farther than this. Where an
 * import put years of threads into an hour, the time behind it seems to hold millions. A part is not cut again for what
 * is only thought to be in it, if that is more.
 */
const farthestAtFirst = 32;

/**
 * With more ahead than so many times the farthest, the cuts are made near, each four times as far away as the one
 * before: most of what is there is empty. After the first page there is nothing else to read, so an estimate of up to so
 * many pages is believed.
 */
const farTimes = 8;
const farAtFirst = 10_000;

/** Part of a whole page. Rows are not even, and one row more than fits on the last page is one request more. */
const fits = 0.97;

/** What a range must tell to be cut. */
export type Splittable = Pick<Range, 'at' | 'until' | 'pageLength' | 'growth' | 'isUnread'>;

interface Part<R> {
	readonly range: R;
	/** Of the range. */
	readonly growth: number;
	readonly pages: number;
	/** Into how many it is to be cut. */
	count: number;
}

/** What readers are there, and what they have read. */
export interface Readers {
	/** That have nothing to read. */
	readonly idle: number;
	readonly busy: number;
	/** Pages so far. */
	readonly pages: number;
}

/**
 * Where to cut ranges so that idle readers get something to read: always the range whose parts are the longest, into
 * whole pages while they are longer than one.
 *
 * @returns the cuts of each range that has some, ascending.
 */
export function cutsOf<R extends Splittable>(
	ranges: readonly R[],
	{idle, busy, pages}: Readers,
): Map<R, readonly number[]> {
	const farthest = Math.max(farthestAtFirst, pages);
	const parts: Array<Part<R>> = ranges
		.map(range => {
			// Only the first page tells how the account began; what follows in a range is close to what was there last.
			const growth = pages === 1 ? range.growth : 1;
			return {range, growth, pages: pagesAhead(range, growth), count: 1};
		})
		.filter(({pages}) => Number.isFinite(pages));
	let left = 0;
	for (const {range, pages} of parts) {
		left += range.isUnread ? Math.min(pages, farthest) : pages;
	}

	const average = left / (busy + idle);
	const least = Math.max(
		Math.min(farthest, average) / uneven,
		shortest,
		Math.min(shortestAtFirst, (shortestHalfway * left) / pages),
	);
	const cuttable = parts.filter(part => !part.range.isUnread || part.pages <= farthest);
	for (let used = 0; used < idle; used++) {
		const [longest] = cuttable.toSorted((a, b) => lengthWithOneMore(b) - lengthWithOneMore(a));
		if (!longest || lengthWithOneMore(longest) < least) {
			break;
		}

		longest.count++;
	}

	const isFirst = pages === 1 && cuttable.length === 1;
	const cuts = cuttable.map(part => {
		const isFar = part.pages > (pages === 1 ? farAtFirst : farthest * farTimes);
		const cuts = placesOf(part, isFar ? farCuts(part, farthest) : evenCuts(part, average));
		if (isFirst && part.pages >= shortestAtFirst && cuts.length < idle) {
			// What was not there in the first page's days is most likely near the end.
			const {at, until} = part.range;
			cuts.push(until - Math.ceil((until - (cuts.at(-1) ?? at)) / 2));
		}

		return [part.range, cuts] as const;
	});
	return new Map(cuts.filter(([, cuts]) => cuts.length > 0));
}

const lengthWithOneMore = ({pages, count}: Part<Splittable>) => pages / (count + 1);

/** That follow the one that was read. NaN while nothing is known of them, Infinity where nobody knows the end. */
const pagesAhead = ({at, until, pageLength}: Splittable, growth: number) =>
	(1 + (until - at) / (pageLength as number)) ** growth - 1;

/**
 * The last of the cuts that make parts as long as readers can have, in pages: what is before them stays one part until
 * more readers are idle. They become so one after the other, and halves of halves would be of every length.
 */
function evenCuts({pages, count}: Part<Splittable>, average: number): readonly number[] {
	const length = Math.min(pages / count, Math.max(average * uneven, 1));
	const whole = length < fits ? length : Math.round(length / fits) * fits;
	const total = Math.max(count, Math.round(pages / whole));
	return Array.from({length: count - 1}, (_, index) => whole * (total - count + index + 1));
}

const farCuts = ({count}: Part<Splittable>, farthest: number): readonly number[] =>
	Array.from({length: count - 1}, (_, index) => farthest * 4 ** (index + 1 - (count >> 1)));

/** Of cuts so many pages ahead. None leaves a part that is too short. */
const placesOf = ({range, growth, pages}: Part<Splittable>, cuts: readonly number[]): number[] =>
	cuts
		.filter(ahead => Math.min(ahead, pages - ahead) >= shortest)
		.map(ahead => range.at + Math.ceil(((1 + ahead) ** (1 / growth) - 1) * (range.pageLength as number)))
		.filter(cut => cut < range.until);
