import {type Cursor, decodeCursor} from './cursor.ts';
import {CursorLoopError, MalformedPageError} from './errors.ts';
import type {Envelope} from './page.ts';

/** What a list by time is ordered by. */
export interface Timed {
	readonly id: string;
	readonly latestMessageTimestamp?: unknown;
}

/** A part of the list by time, read page by page: from `at` to `until`, exclusive. Milliseconds since 1970. */
export interface Range {
	/** All before it has been read, and of what is exactly there, what is in `seen`. */
	at: number;
	until: number;
	/** As far as `at` has been handed over: the place to go on from. */
	handedOver: number;
	readonly seen: Set<string>;
	/** Only while a page ends where it began: otherwise `at` is the cursor. */
	after: string | undefined;
	readonly used: Set<string>;
	/** Items per millisecond, as of the last page. */
	density: number;
	isBeingRead: boolean;
	isRead: boolean;
}

export function createRange(at: number, until: number, density = 0): Range {
	return {
		at,
		until,
		handedOver: at,
		seen: new Set(),
		after: undefined,
		used: new Set(),
		density,
		isBeingRead: false,
		isRead: false,
	};
}

export interface Taken<Item> {
	/** What was not on the pages before. */
	readonly fresh: readonly Item[];
	/** The last time that was seen. */
	readonly latest: number | undefined;
}

/**
 * What a page has of a range and was not on the pages before it; moves the range on. HubSpot's cursor is followed
 * only where time cannot be: an offset would skip an item for each that has moved to the end of the list.
 *
 * @throws {MalformedPageError} if the page is not in order.
 * @throws {CursorLoopError} if it leads nowhere.
 */
export function takePage<Item extends Timed>(range: Range, page: Envelope<Item>): Taken<Item> {
	const times = parseTimes(page.items);
	const end = times.findIndex(time => time !== undefined && time >= range.until);
	const within = end === -1 ? page.items : page.items.slice(0, end);
	const timed = times.filter(time => time !== undefined);
	// HubSpot's bound may be inclusive, or rounded down: what comes before the range is no part of it.
	const fresh = within.filter((item, index) => {
		const time = times[index] ?? range.at;
		return time > range.at || (time === range.at && !range.seen.has(item.id));
	});

	const [first = 0, last = 0] = [timed[0], timed.at(-1)];
	if (timed.length > 1) {
		range.density = timed.length / Math.max(1, last - first);
	}

	if (end !== -1 || page.next === undefined) {
		range.isRead = true;
	} else if (last > range.at) {
		range.at = last;
		range.after = undefined;
		range.seen.clear();
		range.used.clear();
	} else {
		range.after = nextCursor(range, page.next, fresh.length);
	}

	for (const [index, item] of within.entries()) {
		if ((times[index] ?? range.at) === range.at) {
			range.seen.add(item.id);
		}
	}

	return {fresh, latest: times.slice(0, within.length).findLast(time => time !== undefined)};
}

/** A whole page inside one millisecond, or one without any time. */
function nextCursor(range: Range, cursor: Cursor, found: number): string {
	const next = decodeCursor(cursor);
	if (range.used.has(next) && found === 0) {
		throw new CursorLoopError(cursor);
	}

	range.used.add(next);
	return next;
}

/** @throws {MalformedPageError} unless they ascend; items without a time may stand anywhere. */
function parseTimes(items: readonly Timed[]): ReadonlyArray<number | undefined> {
	let last = Number.NEGATIVE_INFINITY;
	return items.map(({latestMessageTimestamp: timestamp}, index) => {
		if (timestamp === undefined || timestamp === null) {
			return undefined;
		}

		const where = `\`results[${index}].latestMessageTimestamp\``;
		const time = typeof timestamp === 'string' ? Date.parse(timestamp) : Number.NaN;
		if (Number.isNaN(time)) {
			throw new MalformedPageError(`HubSpot's answer is not a list by time: ${where} is not a timestamp`);
		}

		if (time < last) {
			const [earlier, later] = [time, last].map(time => new Date(time).toISOString());
			throw new MalformedPageError(
				`HubSpot's answer is not a list by time: ${where} is ${earlier}, after ${later}`,
			);
		}

		last = time;
		return time;
	});
}
