import {MalformedPageError} from '../errors.ts';
import {utcTime} from './utc.ts';

/** A page that may be in order when it is asked for again. Users see the class that it extends. */
export class OutOfOrderError extends MalformedPageError {}

/** What a list by time is ordered by. */
export interface Timed {
	readonly id: string;
	readonly latestMessageTimestamp?: unknown;
}

/**
 * The time of each item, in milliseconds since 1970; `null` for items without one, which may stand anywhere.
 *
 * @throws {MalformedPageError} for what is no timestamp.
 * @throws {OutOfOrderError} unless those before `ordered` ascend.
 */
export function timesOf(items: readonly Timed[], ordered: number): ReadonlyArray<number | null> {
	let last = Number.NEGATIVE_INFINITY;
	return items.map(({latestMessageTimestamp: timestamp}, index) => {
		if (timestamp === undefined || timestamp === null || timestamp === '') {
			return null;
		}

		const time = typeof timestamp === 'string' ? utcTime(timestamp) : Number.NaN;
		if (Number.isNaN(time)) {
			throw new MalformedPageError(notByTime(index, 'is not a timestamp'));
		}

		if (time < last) {
			const [earlier, later] = [time, last].map(time => new Date(time).toISOString());
			throw new OutOfOrderError(notByTime(index, `is ${earlier}, after ${later}`));
		}

		last = time < ordered ? time : last;
		return time;
	});
}

function notByTime(index: number, what: string): string {
	return `HubSpot's answer is not a list by time: \`results[${index}].latestMessageTimestamp\` ${what}`;
}
