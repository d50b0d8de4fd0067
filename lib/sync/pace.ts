import type {Answered} from '../request/read.ts';
import type {Throttle} from '../request/throttle.ts';
import {countReaders} from './readers.ts';

/** The share of the last answer in the smoothed time of all. */
const smoothing = 1 / 8;

/** Waited for no longer than a part of an answer's time and some milliseconds, a slot was there at once. */
const atOnceShare = 1 / 4;
const atOnceMilliseconds = 20;

/** How fast HubSpot answers, and how many pages are to be on their way at a time for that. */
export function createPace(throttle: Pick<Throttle, 'limit' | 'interval'>) {
	let answerTime: number | undefined;
	let readers = 1;

	return {
		get readers(): number {
			return readers;
		},
		/** @param elapsed milliseconds since the page was asked for: what is more than its answer took, it has waited. */
		observe({took, rateLimit}: Pick<Answered, 'took' | 'rateLimit'>, elapsed: number): void {
			answerTime = answerTime === undefined ? took : answerTime + (took - answerTime) * smoothing;
			const {limit, interval} = throttle.limit ? throttle : (rateLimit ?? {});
			if (limit && interval) {
				readers = countReaders(limit / interval, answerTime);
			} else if (elapsed - took <= answerTime * atOnceShare + atOnceMilliseconds) {
				readers++;
			}
		},
	};
}

export type Pace = ReturnType<typeof createPace>;
