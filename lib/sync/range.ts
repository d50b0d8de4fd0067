import {decodeCursor} from '../cursor.ts';
import {CursorLoopError, NoProgressError} from '../errors.ts';
import type {Envelope} from '../request/page.ts';
import {mostPagesWithoutNews} from '../walk/progress.ts';
import {largestPage} from '../walk/walk-options.ts';
import {growthOf} from './growth.ts';
import {type Timed, timesOf} from './order.ts';

/** A part of the list by time, read page by page. Times in milliseconds since 1970. */
export interface Range {
	/** All before it has been read. */
	readonly at: number;
	/** Exclusive. */
	readonly until: number;
	/** HubSpot's cursor, only while a page ends where it began: otherwise `at` is the cursor. */
	readonly after: string | undefined;
	/** Whether the largest page is to be asked for. */
	readonly isWide: boolean;
	readonly isRead: boolean;
	/** Milliseconds from the beginning of the last page to its end. */
	readonly pageLength: number | undefined;
	/** The power of time with which the rows of the last page came. */
	readonly growth: number;
	/** Whether no page of it was read yet: `pageLength` is a guess then. */
	readonly isUnread: boolean;
	/** Ends it earlier; a page that is on its way is held against the new end. */
	cut(until: number): void;
	/** Has the next page be one of the largest size. A page of the usual size that leads nowhere does the same. */
	widen(): void;
	/**
	 * A page of another range shows all from `start` to `end`. While none of this one was read, that says more of its
	 * pages than those of the range from which it was cut, if it begins there.
	 */
	guess(start: number, end: number): void;
	/**
	 * Moves on by a page. The next one begins with the last rows of this one; HubSpot's cursor is followed only where
	 * that leads nowhere.
	 *
	 * @throws {MalformedPageError} if the page is not in order. Nothing has happened then: it can be asked for again.
	 * @throws {CursorLoopError} or {NoProgressError} if it leads nowhere.
	 */
	take<Item extends Timed>(page: Envelope<Item>, rules: Rules): Taken<Item>;
}

export interface Taken<Item> {
	/** What was not on the pages before. */
	readonly items: readonly Item[];
	/** The latest time of these. */
	readonly latest: number | undefined;
	/** The time of the last row of the page, or where the page began. */
	readonly shownUntil: number;
}

/**
 * HubSpot's list may be behind the threads that it shows: one that has just got a message stands at its old place, with
 * its new time.
 */
export interface Rules {
	/** Only before this must a page be in order. */
	readonly ordered: number;
	/** What is shown with an earlier time stands where that is. */
	readonly settled: number;
	/** The usual size of a page. */
	readonly pageSize: number;
}

/** By id, with the time that was shown. */
type Shown = ReadonlyMap<string, number | null>;

type Mutable<T> = {-readonly [Key in keyof T]: T[Key]};

type Outcome = Pick<Range, 'at' | 'isRead'>;

/** So many settled rows at the end of a page begin the next one: HubSpot may show the last one with a later time. */
const settledAgain = 2;

/**
 * So many rows at the end of a page begin the next one if they ascend, settled or not. Each may stand before its time,
 * but that so many do and are in order by chance is one case in millions; and one that does not is enough.
 */
const ascendingAgain = 10;

/**
 * If HubSpot's cursor is an offset, each thread that leaves the pages behind it makes it skip one. So pages that were
 * found by their cursors are read again until none has left. After so many times all of their threads have come at
 * least once all the same: one that was skipped is one place further ahead the next time.
 */
const mostPasses = 10;

/** @param guess the length of its pages, in milliseconds. */
export function createRange(start: number, end: number, guess?: number): Range {
	/** From `at` on, on the pages before, with their times: what has moved since is new again. */
	let seen: Shown = new Map();
	let pages = 0;
	let pagesWithoutNews = 0;

	const usedCursors = new Set<string>();
	/** The times of the pages behind the cursor, and those of settled rows. */
	let before: readonly number[] = [];
	let settledBefore: readonly number[] = [];
	/** What was on these pages, and what was on all since the range was last at `at`. */
	let behind: Shown = new Map();
	let met = new Map<string, number | null>();
	/** Where the cursor has led to, and what it has left behind. */
	let unconfirmed: (Outcome & {readonly behind: Shown}) | undefined;
	let passes = 0;

	function startOver() {
		range.after = undefined;
		usedCursors.clear();
		before = [];
		settledBefore = [];
		behind = new Map();
		seen = still(seen, met, range.at);
		met = new Map();
	}

	function follow(cursor: string, isNews: boolean) {
		pagesWithoutNews = isNews ? 0 : pagesWithoutNews + 1;
		if (pagesWithoutNews >= mostPagesWithoutNews) {
			throw new NoProgressError(pagesWithoutNews);
		}

		range.after = decodeCursor(cursor);
		if (usedCursors.has(range.after) && !isNews) {
			throw new CursorLoopError(cursor);
		}

		usedCursors.add(range.after);
		behind = new Map(met);
	}

	/** Goes on from where the pages have led to, if they can be trusted. */
	function leave(outcome: Outcome, shown: readonly number[]) {
		const isSure = behind.size === 0;
		const isConfirmed = isSure || (unconfirmed !== undefined && isWithin(unconfirmed.behind, met));
		if (isConfirmed || ++passes >= mostPasses) {
			const next = (!isSure && isConfirmed && unconfirmed) || outcome;
			range.pageLength = Math.max(1, next.at - Math.max(range.at, shown[0] ?? range.at)) / pages;
			range.growth = growthOf(shown);
			range.isUnread = false;
			range.at = next.at;
			range.isRead = next.isRead;
			unconfirmed = undefined;
			passes = 0;
			pages = 0;
			pagesWithoutNews = 0;
			range.isWide = false;
		} else {
			unconfirmed = {...outcome, behind};
		}

		startOver();
	}

	const range: Mutable<Range> = {
		at: start,
		until: end,
		after: undefined,
		isWide: false,
		isRead: false,
		pageLength: guess,
		growth: 1,
		isUnread: true,
		cut(until) {
			range.until = until;
		},
		widen() {
			range.isWide = true;
		},
		guess(start, end) {
			if (range.isUnread && range.at >= start && range.at < end) {
				range.pageLength = end - start;
			}
		},
		take<Item extends Timed>(page: Envelope<Item>, {ordered, settled, pageSize}: Rules): Taken<Item> {
			const {at, until} = range;
			const times = timesOf(page.items, ordered);
			const items: Item[] = [];
			let latest: number | undefined;
			pages += range.isWide ? largestPage / pageSize : 1;
			for (const [index, item] of page.items.entries()) {
				const time = times[index] as number | null;
				// HubSpot's bound may be inclusive, or rounded down: what comes before the range is no part of it. What has just
				// got a message is, wherever it is shown.
				const isIn = time === null || (time >= at && (time < until || time >= ordered));
				const known = met.has(item.id) ? met.get(item.id) : seen.get(item.id);
				if (isIn && known !== time) {
					items.push(item);
					latest = time === null ? latest : Math.max(latest ?? time, time);
				}

				met.set(item.id, time);
			}

			const shown = times.filter(time => time !== null);
			before = [...before, ...shown].slice(-ascendingAgain);
			settledBefore = [...settledBefore, ...shown.filter(time => time < settled)].slice(-settledAgain);
			const next = Math.max(at, settledBefore.at(-settledAgain) ?? at, ascending(before) ?? at);
			const isOver = page.next === undefined || next >= until;
			if (isOver || next > at) {
				leave({at: next, isRead: isOver}, shown);
			} else if (pageSize < largestPage && !range.isWide) {
				range.widen();
				startOver();
			} else {
				follow(page.next as string, items.length > 0);
			}

			return {items, latest, shownUntil: shown.at(-1) ?? at};
		},
	};
	return range;
}

/** What may come again from `at` on. Rows without a time may stand anywhere, and are remembered for one page. */
function still(seen: Shown, met: Shown, at: number): Shown {
	const kept = new Map<string, number | null>();
	for (const rows of [seen, met]) {
		for (const [id, time] of rows) {
			if (time === null ? rows === met : time >= at) {
				kept.set(id, time);
			}
		}
	}

	return kept;
}

/** The first of the last times, if they ascend. */
function ascending(times: readonly number[]): number | undefined {
	const last = times.slice(-ascendingAgain);
	const isAscending = last.every((time, index) => index === 0 || time >= (last[index - 1] as number));
	return isAscending && last.length === ascendingAgain ? last[0] : undefined;
}

function isWithin(some: Shown, all: Shown): boolean {
	return [...some].every(([id, time]) => all.get(id) === time);
}
