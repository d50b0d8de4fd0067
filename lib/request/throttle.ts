import type {RateLimit} from '../rate-limit.ts';
import {refuse, refuseUnknown, wholeNumber} from '../rules.ts';
import {now, wait} from '../wait.ts';
import {parseDailyReserve} from './daily-reserve.ts';
import {createShare} from './share.ts';
import {createSpread} from './spread.ts';
import {createWindow, type Slot} from './window.ts';

/** What a request tells the throttle that gave it its slot. */
export interface SlotEvents {
	/** The event loop had a turn since the request was sent: it is on its way. Not called for one that fails before. */
	left(): void;
	/** HubSpot answered, with what its headers say: the request is not on its way any more. */
	answered(rateLimit: RateLimit | undefined): void;
}

/**
 * Decides when a request may leave. `createThrottle()` makes one for the walks of one process; implement the
 * interface over your own store to share a limit among processes. `acquire` and `pause` are enough.
 */
export interface Throttle {
	/**
	 * Resolves when one request may be sent, first come, first served. Rejects with `signal.reason`; any other
	 * failure is retried like one of the network.
	 */
	acquire(options?: {readonly signal?: AbortSignal | undefined}): Promise<void>;
	/** HubSpot answered 429: nobody gets a slot for so many milliseconds. Not waited for, and its failure is ignored. */
	pause(milliseconds: number): void | Promise<void>;
	/**
	 * Called with what HubSpot's headers say, after each response that has them. Not waited for, and its failure is
	 * ignored: the next response says it again.
	 */
	observe?(rateLimit: RateLimit): void | Promise<void>;
	/**
	 * Called instead of `acquire` and `observe` if it is there, by a walk: calls `send` once when the request may
	 * leave, and settles as it does. A throttle that is told when a request is over can use more of the limit.
	 */
	run?<T>(
		send: (slot: SlotEvents) => Promise<T>,
		options?: {readonly signal?: AbortSignal | undefined},
	): Promise<T>;
	/** Requests per `interval` at most: a `sync()` reads as many pages at a time as that takes. */
	readonly limit?: number | undefined;
	/** Milliseconds; also waited for after a 429 that does not say how long. Default: 10,000. */
	readonly interval?: number | undefined;
	/** The share of the day's requests that is left to others, from 0 to below 1. Default: 0.05. */
	readonly dailyReserve?: number | undefined;
}

/** How many requests may leave in how much time, and how many of a day. */
export interface ThrottleOptions {
	/** Requests per interval; HubSpot's headers do not change it. Default: 100, then whatever they say. */
	readonly limit?: number | undefined;
	/** Milliseconds, rolling; refused without a `limit`. Default: 10,000, then whatever HubSpot's headers say unless a `limit` is given. */
	readonly interval?: number | undefined;
	/**
	 * The share of the day's requests that is left to the account's other integrations, from 0 to below 1. With less
	 * than that left, a walk fails with a `DailyReserveError` before its next request. 0 turns it off; it does
	 * nothing where HubSpot does not say what is left of the day (OAuth apps). Default: 0.05.
	 */
	readonly dailyReserve?: number | undefined;
}

export const defaultInterval = 10_000;
const defaultLimit = 100;

const throttleOptions = {
	limit: true,
	interval: true,
	dailyReserve: true,
} as const satisfies Record<keyof ThrottleOptions, true>;

/** Milliseconds after which one that waits looks again at the earliest. */
const nextLook = 50;

/** Milliseconds: one that is so late to look again will not come. A Worker drops a request together with its timers. */
const dropped = 1000;

/**
 * A rolling limit: never more than `limit` requests arrive in any `interval`, however many walks share it, however
 * the event loop stalls, and whatever the clock is set to, as long as a request needs less than half a second to get
 * to HubSpot. Without a `limit` it leaves room for other processes of the same app, as HubSpot's headers tell.
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
 * @throws {TypeError} if `limit` or `interval` is not a whole number of at least 1, if there is an `interval` without
 * a `limit`, if `dailyReserve` is not from 0 to below 1, or for an option with another name.
 */
export function createThrottle(options: ThrottleOptions = {}): Throttle {
	refuseUnknown(options, throttleOptions);
	if (options.interval !== undefined && options.limit === undefined) {
		refuse('throttle.interval', 'needs a `throttle.limit`: without one, HubSpot’s headers say both');
	}

	let limit = wholeNumber('throttle.limit', options.limit, defaultLimit, 1);
	let interval = wholeNumber('throttle.interval', options.interval, defaultInterval, 1);
	const dailyReserve = parseDailyReserve(options.dailyReserve);
	const isFixed = options.limit !== undefined;
	let pausedUntil = Number.NEGATIVE_INFINITY;
	// p-throttle gives the slots their turn: it spreads a burst. The window knows which requests may still count, and
	// lets nobody through to p-throttle while they are `limit`. Our share lowers that limit while others are at work.
	const window = createWindow(isFixed ? 0 : defaultInterval);
	const share = createShare(window);
	let spread = createSpread(limit, interval);
	const queue = new Set<{looksAgainAt: number}>();

	/**
	 * Each one that waits has timers of its own and looks at the queue itself. Nobody wakes another: in a Worker, one
	 * request cannot run on what another one has resolved.
	 */
	async function enter(signal: AbortSignal | undefined): Promise<Slot> {
		signal?.throwIfAborted();
		const since = now();
		const me = {looksAgainAt: since};
		queue.add(me);
		try {
			for (;;) {
				const time = now();
				const ahead = inFrontOf(me, time);
				const opensAt = Math.max(pausedUntil, window.opensAt(share.of(limit), interval, ahead));
				if (ahead === 0 && opensAt <= time) {
					return window.add();
				}

				// What opens it earlier, a higher limit or one in front that is aborted, is seen at one of these looks.
				const delay = Math.max(1, Math.min(opensAt - time, Math.max(nextLook, time - since)));
				me.looksAgainAt = time + delay;
				const haveLeft = window.givenUp();
				await wait(delay, signal);
				haveLeft();
			}
		} finally {
			queue.delete(me);
		}
	}

	function inFrontOf(me: {looksAgainAt: number}, time: number): number {
		let count = 0;
		for (const other of queue) {
			if (other === me) {
				break;
			}

			count += other.looksAgainAt > time - dropped ? 1 : 0;
		}

		return count;
	}

	/** Calls `use` in the turn of the last look: between look and request, nothing can change. */
	async function take<T>(signal: AbortSignal | undefined, use: (slot: Slot) => T | Promise<T>): Promise<T> {
		for (;;) {
			const slot = await enter(signal);
			try {
				await spread(signal);
			} catch (error) {
				window.remove(slot);
				throw error;
			}

			// A 429 or a lower limit may have come meanwhile.
			if (pausedUntil <= now() && window.fits(slot, share.of(limit), interval)) {
				return use(slot);
			}

			window.remove(slot);
		}
	}

	function observe({limit: newLimit = limit, interval: newInterval = interval}: RateLimit) {
		const isNews = newLimit !== limit || newInterval !== interval;
		if (isNews && !isFixed && newLimit >= 1 && newInterval >= 1) {
			limit = newLimit;
			interval = newInterval;
			spread = createSpread(limit, interval);
		}
	}

	return {
		dailyReserve,
		get limit() {
			return limit;
		},
		get interval() {
			return interval;
		},
		acquire: ({signal} = {}) =>
			take(signal, slot => {
				// Whoever acquires it sends at once, and never tells when that was.
				window.leave(slot);
				window.giveUp(slot);
			}),
		run: (send, {signal} = {}) =>
			take(signal, async slot => {
				const haveLeft = window.givenUp();
				try {
					return await send({
						left() {
							haveLeft();
							window.leave(slot);
						},
						answered(rateLimit) {
							window.answer(slot);
							if (rateLimit && !isFixed) {
								observe(rateLimit);
								share.observe(slot, rateLimit, limit, interval);
							}
						},
					});
				} finally {
					window.giveUp(slot);
				}
			}),
		pause(milliseconds) {
			pausedUntil = Math.max(pausedUntil, now() + milliseconds);
			share.restart();
		},
		observe,
	};
}
