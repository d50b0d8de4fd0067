import {describe, expect, test} from '@jest/globals';
import {countReaders} from '../lib/sync/readers.ts';
import {cutsOf, type Splittable} from '../lib/sync/split.ts';

describe('countReaders()', () => {
	const rate = 190 / 10_000;

	test.each([
		[100, 4, 5],
		[250, 7, 10],
		[1000, 23, 34],
		[3000, 67, 98],
	])('an answer takes %i ms: %i, and %i while slots are there at once', (answerTime, inTurn, atOnce) => {
		expect(countReaders(rate, answerTime, false)).toBe(inTurn);
		expect(countReaders(rate, answerTime, true)).toBe(atOnce);
	});

	test('one where answers take no time', () => {
		expect(countReaders(rate, 0, true)).toBe(1);
	});
});

describe('cutsOf()', () => {
	/** Of a page in ten milliseconds. */
	const range = (at: number, until: number, more: Partial<Splittable> = {}): Splittable => ({
		at,
		until,
		pageLength: 10,
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
		expect(cuts).toEqual([320, 640, 1280]);
	});

	test('after the first page of a run, the end of the time is looked at too', () => {
		const one = range(0, 60);
		expect(cutsOf([one], {idle: 9, busy: 0, pages: 1}).get(one)).toEqual([30, 45, 52, 56, 58, 59]);
	});

	test('nobody idle, no cut', () => {
		expect(cutsOf([range(0, 400)], {...readers, idle: 0})).toEqual(new Map());
	});
});
