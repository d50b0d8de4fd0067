import type {Throttle} from '../request/throttle.ts';
import {abortable} from '../wait.ts';
import {before, now, sleepUntil} from './monotonic.ts';
import type {SharedOptions} from './options.ts';
import {createRelay} from './relay.ts';
import {type Reservation, reserve} from './reservation.ts';
import type {Store} from './store.ts';
import {StoreError} from './store-error.ts';

/** Milliseconds: a client that has lost its server may queue a statement for ever. */
const patience = 10_000;

/** Answers in a row that came too late to be of use: then waiting is no way out. */
const lateAtMost = 10;

interface Waiter {
	enter(): void;
	fail(error: unknown): void;
}

/** One reservation is under way at a time: more would be slots that a process which dies or stalls wastes. */
export function createStoreThrottle(store: Store, options: SharedOptions): Throttle {
	const relay = createRelay(store, options);
	const waiting = new Set<Waiter>();
	/** Kept when the one who waited is gone: the next one takes it, if it is not late by then. */
	let reservation: Promise<Reservation> | undefined;
	let asked = 0;
	let lateInARow = 0;
	let isServing = false;
	let idle = new AbortController();

	function currentReservation(): Promise<Reservation> {
		if (!reservation || now() >= asked + patience) {
			asked = now();
			const current = reserve(() => relay.ask(true));
			const forget = () => {
				if (reservation === current) {
					reservation = undefined;
				}
			};
			current.catch(forget);
			reservation = current;
		}

		return reservation;
	}

	/** One slot, for whoever is first by then: the slot of a walk that was aborted goes to the next. */
	async function serveOne(nobodyWaits: AbortSignal) {
		await sleepUntil(relay.pausedUntil, nobodyWaits);
		const current = currentReservation();
		const {isSlot, isLate, from, until} = await before(asked + patience, current, nobodyWaits, () => {
			reservation = undefined;
			throw new StoreError(store.name, `has not answered within ${patience / 1000} seconds`);
		});
		await sleepUntil(from, nobodyWaits);
		reservation = undefined;
		lateInARow = isSlot ? 0 : lateInARow + Number(isLate);
		if (lateInARow === lateAtMost) {
			lateInARow = 0;
			throw new StoreError(store.name, `answers too slowly: ${lateAtMost} slots in a row came late`);
		}

		// A stall of the event loop may have made it late, and a 429 may have come while it was waited for.
		if (isSlot && now() <= until && now() >= relay.pausedUntil) {
			const [first] = waiting;
			first?.enter();
		}
	}

	async function serve() {
		isServing = true;
		while (waiting.size > 0) {
			idle = new AbortController();
			try {
				await serveOne(idle.signal);
			} catch (error) {
				if (!idle.signal.aborted) {
					for (const waiter of waiting) {
						waiter.fail(error);
					}
				}
			}
		}

		isServing = false;
	}

	return {
		get limit() {
			return relay.rate.limit;
		},
		get interval() {
			return relay.rate.interval;
		},
		async acquire({signal} = {}) {
			signal?.throwIfAborted();
			const {promise, resolve, reject} = Promise.withResolvers<void>();
			const waiter: Waiter = {
				enter() {
					waiting.delete(waiter);
					resolve();
				},
				fail(error) {
					waiting.delete(waiter);
					reject(error instanceof StoreError ? error : new StoreError(store.name, 'failed', error));
				},
			};
			waiting.add(waiter);
			if (!isServing) {
				void serve();
			}

			try {
				await abortable(signal, () => promise);
			} finally {
				// A timer that nobody waits for would keep the process alive.
				if (waiting.delete(waiter) && waiting.size === 0) {
					idle.abort();
				}
			}
		},
		async pause(milliseconds) {
			relay.pause(milliseconds);
			// A store that hangs does not hold the walk: the pause holds here, and goes with the next question.
			await before(now() + patience, relay.tell(), undefined, () => {});
		},
		observe(rateLimit) {
			if (relay.learn(rateLimit)) {
				void relay.tell();
			}
		},
	};
}
