import type {Range} from './range.ts';

/**
 * Pages: no part is shorter. Each cut costs a part of a page that two readers read, and what is left is an estimate,
 * made of what was read. While that is little, parts are long; at the end of a run, readers have nothing else to do.
 */
const shortest = {atFirst: 3, atLast: 0.5};

/** With as many pages read as are left, the shortest part is so long. */
const shortestHalfway = 2.5;

/** A part may be so much shorter than what each reader has to read on average. */
const fairness = 1.7;

/**
 * Pages for each reader: an estimate that reaches so far beyond what was read is none. Where an import put years of
 * threads into an hour, the time behind it seems to hold millions. The cuts are made near then, each twice as far away
 * as the one before; behind so many pages sixteen times as far, because most of what is there is empty. Nor is a part
 * cut again for what is only thought to be in it, if that is more.
 */
const farthest = 64;

/** Part of a whole page. Rows are not even, and one row more than fits on the last page is one request more. */
const fits = 0.97;

/** Cuts near the end of the time: what was not there in the first page's days is most likely there. */
const looksAhead = 3;

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
 * parts that are equal and whole pages long.
 *
 * @returns the cuts of each range that has some, ascending.
 */
export function cutsOf<R extends Splittable>(
	ranges: readonly R[],
	{idle, busy, pages}: Readers,
): Map<R, readonly number[]> {
	const parts: Array<Part<R>> = ranges
		.filter(({pageLength, until}) => pageLength !== undefined && until < Number.POSITIVE_INFINITY)
		.map(range => {
			// Only the first page tells how the account began; what follows in a range is close to what was there last.
			const growth = pages === 1 ? range.growth : 1;
			return {range, growth, pages: pagesAhead(range, growth), count: 1};
		});
	const left = parts.reduce(
		(sum, {range, pages}) => sum + (range.isUnread ? Math.min(pages, farthest) : pages),
		0,
	);
	const fair = Math.min(farthest, left / (busy + idle)) / fairness;
	const least = Math.max(fair, shortest.atLast, Math.min(shortest.atFirst, (shortestHalfway * left) / pages));
	const cuttable = parts.filter(part => !part.range.isUnread || part.pages <= farthest);
	for (let unused = idle; unused > 0; unused--) {
		const [longest] = cuttable.toSorted((a, b) => lengthWithOneMore(b) - lengthWithOneMore(a));
		if (!longest || lengthWithOneMore(longest) < least) {
			break;
		}

		longest.count++;
	}

	const cuts = new Map(cuttable.map(part => [part.range, cutsFor(part, busy + idle)]));
	const [only, another] = cuttable;
	if (only && !another && pages === 1 && only.pages >= shortest.atFirst) {
		const equal = cuts.get(only.range) ?? [];
		const more = Math.min(idle - equal.length, looksAhead);
		cuts.set(only.range, [...equal, ...halves(equal.at(-1) ?? only.range.at, only.range.until, more)]);
	}

	return new Map([...cuts].filter(([, cuts]) => cuts.length > 0));
}

const lengthWithOneMore = ({pages, count}: Part<Splittable>) => pages / (count + 1);

/** That follow the one that was read. */
const pagesAhead = ({at, until, pageLength}: Splittable, growth: number) =>
	(1 + (until - at) / (pageLength as number)) ** growth - 1;

function cutsFor({range, growth, pages, count}: Part<Splittable>, readers: number): readonly number[] {
	const length = pages / count;
	const whole = Math.max(1, Math.round(length / fits)) * fits;
	const isFar = growth === 1 && pages > farthest * readers;
	return Array.from({length: count - 1}, (_, index) =>
		isFar ? farAhead(index + 1 - Math.floor(count / 2)) : whole * (index + 1),
	)
		.filter(
			ahead => ahead >= (isFar ? shortest.atFirst : shortest.atLast) && ahead <= pages - shortest.atLast,
		)
		.map(ahead => range.at + Math.ceil(((1 + ahead) ** (1 / growth) - 1) * (range.pageLength as number)))
		.filter(cut => cut < range.until);
}

const farAhead = (step: number) => farthest * (step > 0 ? 16 : 2) ** step;

/** So many cuts, each in the middle of what is behind the one before. */
function halves(at: number, until: number, count: number): readonly number[] {
	const cuts: number[] = [];
	for (let cut = at; cuts.length < count && until - cut > 1; cuts.push(cut)) {
		cut = Math.floor((cut + until) / 2);
	}

	return cuts;
}
