import {MalformedPageError} from '../errors.ts';

/** What a list by time is ordered by. */
export interface Timed {
	readonly id: string;
	readonly latestMessageTimestamp?: unknown;
}

/**
 * Milliseconds since 1970; `null` for items without a time, which may stand anywhere.
 *
 * @throws {MalformedPageError} unless they ascend.
 */
export function timesOf(items: readonly Timed[]): ReadonlyArray<number | null> {
	let last = Number.NEGATIVE_INFINITY;
	return items.map(({latestMessageTimestamp: timestamp}, index) => {
		if (timestamp === undefined || timestamp === null) {
			return null;
		}

		const time = typeof timestamp === 'string' ? Date.parse(timestamp) : Number.NaN;
		if (Number.isNaN(time)) {
			throw notByTime(index, 'is not a timestamp');
		}

		if (time < last) {
			const [earlier, later] = [time, last].map(time => new Date(time).toISOString());
			throw notByTime(index, `is ${earlier}, after ${later}`);
		}

		last = time;
		return time;
	});
}

function notByTime(index: number, what: string): MalformedPageError {
	return new MalformedPageError(
		`HubSpot's answer is not a list by time: \`results[${index}].latestMessageTimestamp\` ${what}`,
	);
}
