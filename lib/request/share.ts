import type {RateLimit} from '../rate-limit.ts';
import {now} from '../wait.ts';
import type {Slot, Window} from './window.ts';

/** One part in so many of the limit is kept free while others are at work: what they do is heard of late. */
const reserve = 50;

/** One part in so many of the limit is ours whatever the headers say. */
const floor = 10;

/** Requests with which to begin again after a 429. */
const restart = 4;

/** Given up with each answer. Who has more gives up more, and what is free is taken evenly: shares become equal. */
const given = 0.4;

/** One part in so many of what is free is taken in the time of one answer, so that a few processes do not overrun it. */
const taken = 6;

/**
 * All processes of an app share HubSpot's limit, and `remaining` counts them all: what it lacks beyond all that can
 * be ours are others. Our share is what they leave. It shrinks at once, and grows from what we use, a part of what is
 * free with each answer.
 */
export function createShare(window: Window) {
	let share = Number.POSITIVE_INFINITY;
	let others = 0;
	let heardAt = Number.NEGATIVE_INFINITY;
	let aloneFor = 0;

	return {
		of: (limit: number) => Math.min(limit, Math.max(1, Math.floor(share))),
		observe(slot: Slot, {remaining}: RateLimit, limit: number, interval: number): void {
			// Those whose slots expire are about to send the next: for a moment they seem fewer than they are.
			const faded = others - ((now() - heardAt) * limit) / 2 / interval;
			others = Math.max(0, faded, limit - (remaining ?? limit) - window.countedWith(slot));
			heardAt = now();
			if (others === 0) {
				// After a while at the limit one part in a hundred is left free: one who comes later would only see 429s.
				share = aloneFor > 2 * limit ? limit - Math.floor(limit / 100) : Number.POSITIVE_INFINITY;
				aloneFor++;
				return;
			}

			const used = window.counting(interval).length;
			const target = limit - limit / reserve - others;
			const grown = used + (target - used) / (taken * Math.max(1, window.onTheirWay()));
			share = aloneFor > 0 ? Math.min(share, used) : share;
			share = Math.max(limit / floor, Math.min(target, Math.max(share - given, grown)));
			aloneFor = 0;
		},
		/** A 429: whoever was at work has taken what was ours when the pause is over. */
		restart(): void {
			share = heardAt > 0 ? Math.min(share, restart) : share;
		},
	};
}
