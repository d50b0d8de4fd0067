import {describe, expect, test} from '@jest/globals';
import {growthOf} from '../lib/sync/growth.ts';
import {createRun} from '../lib/sync/plan.ts';
import type {Range} from '../lib/sync/range.ts';
import {createRange} from '../lib/sync/range.ts';
import {countReaders} from '../lib/sync/readers.ts';
import {cutsOf, type Splittable} from '../lib/sync/split.ts';

describe('countReaders()', () => {
	const rate = 190 / 10_000;

	test.each([
		[100, 6],
		[250, 13],
		[1000, 48],
		[3000, 141],
	])('an answer takes %i ms: %i', (answerTime, readers) => {
		expect(countReaders(rate, answerTime)).toBe(readers);
	});

	test('one where answers take no time', () => {
		expect(countReaders(rate, 0)).toBe(1);
	});
});

describe('cutsOf()', () => {
	/** Of a page in ten milliseconds. */
	const range = (at: number, until: number, more: Partial<Splittable> = {}): Splittable => ({
		at,
		until,
		pageLength: 10,
		growth: 1,
		isUnread: false,
		...more,
	});
	const readers = {idle: 3, busy: 1, pages: 100};

	test('equal parts, whole pages long and a little less', () => {
		const one = range(0, 400);
		expect(cutsOf([one], readers)).toEqual(new Map([[one, [97, 194, 291]]]));
	});

	test('the range with the most left gets most of the readers', () => {
		const [short, long] = [range(0, 100), range(1000, 1900)];
		const cuts = cutsOf([short, long], readers);
		expect([cuts.get(short)?.length, cuts.get(long)?.length]).toEqual([undefined, 3]);
	});

	test.each<[string, Splittable]>([
		['the last range, whose end nobody knows', range(0, Number.POSITIVE_INFINITY)],
		['a range of whose pages nothing is known', range(0, 400, {pageLength: undefined})],
		['less than a page', range(0, 9)],
		['an estimate that reaches far beyond what was read', range(0, 1_000_000, {isUnread: true})],
	])('%s is not cut', (_, one) => {
		expect(cutsOf([one], readers)).toEqual(new Map());
	});

	test('what seems to hold thousands of pages is cut near, and ever further away', () => {
		const one = range(0, 1_000_000);
		const cuts = cutsOf([one], readers).get(one) ?? [];
		expect(cuts).toEqual([250, 1000, 4000]);
	});

	test('with many idle readers from a few pages on, and hardly where it is most likely empty', () => {
		const one = range(0, 1_000_000);
		const cuts = cutsOf([one], {...readers, idle: 60}).get(one) ?? [];
		expect(cuts).toEqual([16, 63, 250, 1000, 4000, 16_000, 64_000, 256_000]);
	});

	test('one idle reader gets the last part of hundreds of pages, a little longer than each reader can have', () => {
		const one = range(0, 5084);
		expect(cutsOf([one], {idle: 1, busy: 44, pages: 216})).toEqual(new Map([[one, [4947]]]));
	});

	test('what nobody has looked at does not keep readers from what is known', () => {
		const [known, unknown] = [range(0, 640), range(640, 1_000_000, {isUnread: true})];
		expect(cutsOf([known, unknown], {idle: 1, busy: 63, pages: 500})).toEqual(new Map([[known, [544]]]));
	});

	test('after the first page of a run, the end of the time is looked at too', () => {
		const one = range(0, 60);
		expect(cutsOf([one], {idle: 9, busy: 0, pages: 1}).get(one)).toEqual([30, 39, 49, 54]);
	});

	test('an account that grew with the square of time is cut where its threads are', () => {
		const one = range(1e6, 1e7, {pageLength: 1e6, growth: 3});
		const ends = [1e6, ...(cutsOf([one], {idle: 9, busy: 0, pages: 1}).get(one) ?? []).slice(0, 9)];
		const pages = ends.map(end => Math.round((end / 1e6) ** 3));
		expect(pages).toEqual([1, 101, 201, 301, 401, 501, 600, 700, 800, 900]);
	});

	test('the first page alone tells of growth', () => {
		const one = range(0, 400, {growth: 3});
		expect(cutsOf([one], readers)).toEqual(new Map([[one, [97, 194, 291]]]));
	});

	test('nobody idle, no cut', () => {
		expect(cutsOf([range(0, 400)], {...readers, idle: 0})).toEqual(new Map());
	});
});

describe('growthOf()', () => {
	const grown = (power: number) =>
		Array.from({length: 500}, (_, index) => 1e12 * (index / 499) ** (1 / power));

	test.each([1, 1.5, 2, 3])('the power of time: %d', power => {
		expect(growthOf(grown(power))).toBeCloseTo(power, 9);
	});

	test.each<[string, readonly number[]]>([
		['ever fewer', grown(0.5)],
		['no row', []],
		['one row', [5]],
		['two rows', [5, 9]],
		['all at once', [5, 5, 5]],
		['the second half at once', [1, 5, 5]],
		['out of order', [1, 9, 5]],
	])('%s is no growth', (_, times) => {
		expect(growthOf(times)).toBe(1);
	});

	test('one row before a long pause is no account that grows a hundredfold', () => {
		expect(growthOf([0, 990, 1000, 1010, 1020])).toBe(4);
	});
});

test('what a page shows to be empty beyond its range is not cut', () => {
	const run = createRun({
		scope: {},
		checkpoint: undefined,
		since: 1,
		until: Number.POSITIVE_INFINITY,
		overlap: 3_600_000,
		pageSize: 100,
		messages: false,
	});
	const day = 86_400_000;
	const observedAt = new Date(1000 * day);
	const take = (range: Range, from: number, step: number) => {
		const items = Array.from({length: 100}, (_, index) => ({
			id: `${from + index * step}`,
			latestMessageTimestamp: new Date(from + index * step).toISOString(),
		}));
		run.take(
			range,
			{items, next: '1', observedAt, rateLimit: undefined, took: 1, attempts: 1, retries: 0},
			1,
		);
	};
	const nextOnes = (idle: number) => {
		const ranges: Range[] = [];
		for (let range = run.next(idle); range; range = run.next(idle - ranges.length)) {
			ranges.push(range);
		}

		return ranges.toSorted((a, b) => a.at - b.at);
	};
	const [first] = nextOnes(1) as [Range];
	take(first, day, 1000);
	const parts = nextOnes(60);
	expect(parts.length).toBeGreaterThan(10);
	take(parts[0] as Range, 900 * day, 1000);
	expect(nextOnes(60).filter(({at}) => at < 900 * day)).toEqual([]);
});

test('a page of the largest size tells how long one of the usual size is', () => {
	const lengths = [false, true].map(isWide => {
		const range = createRange(0, 10_000_000);
		if (isWide) {
			range.widen();
		}

		const items = Array.from({length: isWide ? 500 : 100}, (_, index) => ({
			id: String(index),
			latestMessageTimestamp: new Date(1000 * index).toISOString(),
		}));
		range.take({items, next: 'A'}, {ordered: 1e9, settled: 1e9, pageSize: 100});
		return {isWide: range.isWide, pageLength: range.pageLength};
	});
	// The last two rows of a page begin the next one.
	expect(lengths).toEqual([
		{isWide: false, pageLength: 98_000},
		{isWide: false, pageLength: 99_600},
	]);
});
