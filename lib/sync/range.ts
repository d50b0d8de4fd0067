import {decodeCursor} from '../cursor.ts';
import {CursorLoopError, MalformedPageError} from '../errors.ts';
import type {Envelope} from '../request/page.ts';
import {type Timed, timesOf} from './order.ts';

/** A part of the list by time, read page by page: from `at` to `until`, exclusive. Milliseconds since 1970. */
export interface Range {
	/** All before it has been read, and of what is exactly there, what is in `seen`. */
	at: number;
	until: number;
	isRead: boolean;
	isBeingRead: boolean;
	/** `at`, as far as it has been handed over: the place to go on from. */
	handedOver: number;
	/** Items per millisecond, as of the last page; 0 before it. */
	density: number;
	/** With their times: what has moved since is new again. */
	readonly seen: Map<string, number | null>;
	/** HubSpot's cursor, only while a page ends where it began: otherwise `at` is the cursor. */
	after: string | undefined;
	readonly usedCursors: Set<string>;
	/** What the pages behind that cursor had, up to `at`. */
	passed: Set<string>;
	/** Where the cursor has led to, and what it passed on its way. */
	unconfirmed: (Outcome & {readonly passed: ReadonlySet<string>}) | undefined;
	passes: number;
}

interface Outcome {
	readonly at: number;
	readonly isRead: boolean;
}

export interface Taken<Item> {
	/** What was not on the pages before. */
	readonly fresh: readonly Item[];
	/** The last time that was seen. */
	readonly latest: number | undefined;
}

export function createRange(at: number, until: number): Range {
	return {
		at,
		until,
		isRead: false,
		isBeingRead: false,
		handedOver: at,
		density: 0,
		seen: new Map(),
		after: undefined,
		usedCursors: new Set(),
		passed: new Set(),
		unconfirmed: undefined,
		passes: 0,
	};
}

/**
 * Moves the range on by a page. The time of the last item is where the next page begins; HubSpot's cursor is
 * followed only where time cannot be, when a page ends where it began.
 *
 * @throws {MalformedPageError} if the page is not in order.
 * @throws {CursorLoopError} if it leads nowhere.
 */
export function takePage<Item extends Timed>(range: Range, page: Envelope<Item>): Taken<Item> {
	const times = timesOf(page.items);
	const end = times.findIndex(time => time !== null && time >= range.until);
	const items = end === -1 ? page.items : page.items.slice(0, end);
	const timed = times.filter(time => time !== null);
	const [first = 0, last = 0] = [timed[0], timed.at(-1)];
	if (timed.length > 1) {
		range.density = timed.length / Math.max(1, last - first);
	}

	// HubSpot's bound may be inclusive, or rounded down: what comes before the range is no part of it.
	const fresh = items.filter((item, index) => {
		const time = times[index] as number | null;
		return (time === null || time >= range.at) && range.seen.get(item.id) !== time;
	});
	items.forEach(({id}, index) => {
		const time = times[index] as number | null;
		if (time !== null && time <= range.at) {
			range.passed.add(id);
		}
	});

	const isRead = end !== -1 || page.next === undefined;
	if (isRead || last > range.at) {
		leave(range, {at: Math.max(last, range.at), isRead});
	} else {
		follow(range, page.next as string, fresh.length);
	}

	items.forEach(({id}, index) => {
		const time = times[index] as number | null;
		if (time === null || time >= range.at) {
			range.seen.set(id, time);
		}
	});

	return {fresh, latest: times.slice(0, items.length).findLast(time => time !== null)};
}

function follow(range: Range, cursor: string, found: number) {
	const after = decodeCursor(cursor);
	if (range.usedCursors.has(after) && found === 0) {
		throw new CursorLoopError(cursor);
	}

	range.usedCursors.add(after);
	range.after = after;
}

/** A list that changes so often where it is read cannot be read. */
const mostPasses = 10;

/** Goes on from where the pages led to. */
function leave(range: Range, outcome: Outcome) {
	const {after, passed, unconfirmed, usedCursors} = range;
	range.after = undefined;
	range.passed = new Set();
	usedCursors.clear();

	// If the cursor is an offset, it has skipped an item for each one that left the pages behind it meanwhile. So
	// those pages are read again: the pass was right if all that it passed is still there.
	const isSure = after === undefined || passed.size === 0;
	if (!isSure && !unconfirmed?.passed.isSubsetOf(passed)) {
		range.unconfirmed = {...outcome, passed};
		if (++range.passes >= mostPasses) {
			const time = new Date(range.at).toISOString();
			throw new MalformedPageError(
				`HubSpot's list changed each of the ${mostPasses} times that it was read at ${time}`,
			);
		}

		return;
	}

	Object.assign(range, (!isSure && unconfirmed) || outcome);
	range.unconfirmed = undefined;
	range.passes = 0;
	range.seen.clear();
}
