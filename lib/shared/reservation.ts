import {now} from './monotonic.ts';
import {type Answer, gapOf, horizon, toleranceOf} from './store.ts';

/** A slot of the store's on the clock of this process, or when to ask again. */
export interface Reservation {
	readonly isSlot: boolean;
	/** It was one, but the answer took so long that nobody knows when it is. */
	readonly isLate: boolean;
	/** Not to be used before. */
	readonly from: number;
	/** Nor after: the slots of others follow it. */
	readonly until: number;
}

/**
 * The store's clock was read between question and answer: the slot is not earlier here than `wait` after the answer,
 * and it is late from `wait` after the question on.
 */
export async function reserve(ask: () => Promise<Answer>): Promise<Reservation> {
	const asked = now();
	const {granted, wait, rate} = await ask();
	const answered = now();
	if (granted) {
		const [from, until] = [answered + wait, asked + wait + toleranceOf(rate)];
		return from <= until ? {isSlot: true, isLate: false, from, until} : askAgain(answered, true);
	}

	// Those who wait for the same slot do not ask all at once, yet long before it has passed. A long pause is asked
	// for again each interval: whoever clears the store ends it.
	const isFree = Math.max(0, wait + gapOf(rate) - horizon) + (Math.random() * horizon) / 2;
	return askAgain(answered + Math.min(isFree, Math.max(rate.interval, horizon)), false);
}

const askAgain = (from: number, isLate: boolean): Reservation => ({isSlot: false, isLate, from, until: from});
