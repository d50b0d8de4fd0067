import pThrottle from 'p-throttle';
import {abortable, longestTimer} from '../wait.ts';

/** So many requests leave at once at any limit: a short walk on a fresh throttle never waits. */
const burst = 20;

/**
 * Waits for p-throttle's turn, which lets a fifth of the limit leave at once and the rest one by one, in a twentieth of
 * the interval: the first answers come back, with HubSpot's limit and what others have used of it, before too much has
 * left.
 */
export function createSpread(limit: number, interval: number): (signal?: AbortSignal) => Promise<void> {
	/** All turns of one limit are over by then. */
	const longest = Math.min(Math.ceil(interval / 10), longestTimer);
	let waiting = 0;
	let close = () => {};
	let turn = open();

	function open() {
		const controller = new AbortController();
		close = () => {
			controller.abort();
			turn = open();
		};
		return pThrottle({
			limit: Math.max(burst, Math.ceil(limit / 5)),
			interval: Math.min(Math.ceil(interval / 100), longestTimer),
			strict: true,
			signal: controller.signal,
		})(async () => {});
	}

	return async signal => {
		const before = turn.queueSize;
		const isNext = turn().catch(() => {});
		if (turn.queueSize === before) {
			return;
		}

		waiting++;
		const late = Promise.withResolvers<void>();
		// p-throttle reads `Date`, which may be set back or stand still.
		const timer = setTimeout(() => {
			close();
			late.resolve();
		}, longest);
		try {
			await abortable(signal, () => Promise.race([isNext, late.promise]));
		} finally {
			clearTimeout(timer);
			waiting--;
			// A timer of p-throttle for somebody who was aborted would keep the process alive.
			if (waiting === 0 && turn.queueSize > 0) {
				close();
			}
		}
	};
}
