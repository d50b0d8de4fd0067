import pThrottle from 'p-throttle';
import type {RateLimit} from '../rate-limit.ts';
import {abortable, waitUntil} from '../wait.ts';

/**
 * Decides when a request may leave. `createThrottle()` makes one for the walks of one process; implement the
 * interface over your own store to share a limit among processes.
 */
export interface Throttle {
	/** Resolves when one request may be sent, first come, first served. Rejects with `signal.reason`. */
	acquire(options?: {readonly signal?: AbortSignal | undefined}): Promise<void>;
	/** HubSpot answered 429: nobody gets a slot for so many milliseconds. */
	pause(milliseconds: number): void | Promise<void>;
	/** Called with what HubSpot's headers say, after each response that has them. */
	observe?(rateLimit: RateLimit): void;
}

/** How many requests may leave in how much time. */
export interface ThrottleOptions {
	/** Requests per interval; HubSpot's headers do not change it. Default: 100, then whatever they say. */
	readonly limit?: number | undefined;
	/** Milliseconds, rolling. Default: 10,000, then whatever HubSpot's headers say unless a `limit` is given. */
	readonly interval?: number | undefined;
}

interface Rate {
	readonly limit: number;
	readonly interval: number;
}

export const defaultRate: Rate = {limit: 100, interval: 10_000};

/**
 * HubSpot counts requests when they arrive, and some are longer on their way than others: without this margin
 * the last of one interval and the first of the next would meet there.
 */
const margin = 1.025;

/**
 * A rolling limit: never more than `limit` slots in any `interval` (and a margin of 2.5 %), however many walks
 * share it and however the event loop stalls.
 *
 * ```ts
 * import {createThrottle, paginate} from 'hubspot-threads';
 *
 * const options = {accessToken: process.env.HUBSPOT_ACCESS_TOKEN!, throttle: createThrottle()};
 * const [open, closed] = await Promise.all([
 *   Array.fromAsync(paginate({...options, threadStatus: 'OPEN'})),
 *   Array.fromAsync(paginate({...options, threadStatus: 'CLOSED'})),
 * ]);
 * console.log(open.length, closed.length);
 * ```
 *
 * @throws {TypeError} if `limit` or `interval` is not a whole number of at least 1.
 */
export function createThrottle(options: ThrottleOptions = {}): Throttle {
	for (const name of ['limit', 'interval'] as const) {
		const value = options[name];
		if (value !== undefined && !(Number.isSafeInteger(value) && value >= 1)) {
			throw new TypeError(`\`throttle.${name}\` must be a whole number of at least 1`);
		}
	}

	let rate: Rate = {
		limit: options.limit ?? defaultRate.limit,
		interval: options.interval ?? defaultRate.interval,
	};
	let pausedUntil = 0;
	let window: RollingWindow | undefined;
	const taken: number[] = [];
	const waiting = new Set<() => void>();
	let isServing = false;

	function recentlyTaken() {
		const start = Date.now() - rate.interval * margin;
		while (taken[0] !== undefined && taken[0] <= start) {
			taken.shift();
		}

		return taken.length;
	}

	function closeWindow() {
		window?.close();
		window = undefined;
	}

	// One slot at a time, for whoever is first by then: the slot of a walk that was aborted goes to the next.
	async function serve() {
		isServing = true;
		while (waiting.size > 0) {
			const current = (window ??= openWindow(rate, recentlyTaken()));
			try {
				// Before the slot: slots that pile up behind a pause would leave in one burst when it ends.
				await waitUntil(pausedUntil, current.closed);
				await current.take();
			} catch {
				continue; // The window was closed: look again, in a new one.
			}

			recentlyTaken();
			taken.push(Date.now());
			// After the slot: a 429 may have come while it was waited for.
			if (Date.now() >= pausedUntil) {
				const [enterFirst] = waiting;
				enterFirst?.();
			}
		}

		isServing = false;
	}

	return {
		async acquire({signal} = {}) {
			signal?.throwIfAborted();
			const {promise, resolve} = Promise.withResolvers<void>();
			const enter = () => {
				waiting.delete(enter);
				resolve();
			};
			waiting.add(enter);
			if (!isServing) {
				void serve();
			}

			try {
				await abortable(signal, () => promise);
			} finally {
				// Nobody waits any more: the timer of the pending slot would keep the process alive.
				if (waiting.delete(enter) && waiting.size === 0) {
					closeWindow();
				}
			}
		},
		pause(milliseconds) {
			pausedUntil = Math.max(pausedUntil, Date.now() + milliseconds);
		},
		observe({limit = rate.limit, interval = rate.interval}) {
			const isNews = limit !== rate.limit || interval !== rate.interval;
			if (isNews && options.limit === undefined && limit >= 1 && interval >= 1) {
				rate = {limit, interval};
				closeWindow();
			}
		},
	};
}

interface RollingWindow {
	take(): Promise<void>;
	close(): void;
	readonly closed: AbortSignal;
}

/** The limit of a p-throttle cannot be changed, nor its queue left: a window is closed and a new one opened. */
function openWindow({limit, interval}: Rate, alreadyTaken: number): RollingWindow {
	const controller = new AbortController();
	const take = pThrottle({
		limit,
		interval: Math.ceil(interval * margin),
		// With a weight, p-throttle looks at the clock again when a call runs: without it, a stall of the event
		// loop lets calls through that should have been an interval apart.
		strict: true,
		weight: (slots: number) => slots,
		signal: controller.signal,
	})(async (_slots: number) => {});
	if (alreadyTaken > 0) {
		void take(Math.min(alreadyTaken, limit));
	}

	return {
		take: () => take(1),
		close: () => controller.abort(),
		closed: controller.signal,
	};
}
