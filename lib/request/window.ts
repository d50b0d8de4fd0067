import {now} from '../wait.ts';

/** One request, from when it may leave. Times in milliseconds of the monotonic clock. */
export interface Slot {
	/** When the request really left: the event loop had a turn since it was sent. */
	left: number;
	/** When the answer came, or when none is waited for any more. */
	answered: number;
	/** How many of our requests might have counted when this one got its slot. */
	readonly before: number;
}

export type Window = ReturnType<typeof createWindow>;

/** Milliseconds that a request needs at most to arrive: the rest of a long answer is work that HubSpot does then. */
export const travel = 500;

/** Milliseconds by which two clocks may differ over an interval. */
const margin = 5;

/**
 * The requests of ours that HubSpot may count. It counts one when it arrives, which is after its slot was given and
 * before its end: so no more than `limit` arrive in an interval if each keeps its slot until an interval after its
 * end. The end is the answer; where answers usually take longer than `travel`, it is `travel` after it really left.
 */
export function createWindow(kept: number) {
	let slots: Slot[] = [];
	/** Given up in the turn of the event loop in which they were sent: they may leave all the same, after a stall. */
	const unsure = new Set<Slot>();
	/** Milliseconds that an answer took, on average over the last twenty or so. */
	let usual = 0;

	const endOf = ({left, answered}: Slot) => (usual > travel ? Math.min(answered, left + travel) : answered);

	function counting(interval: number): Slot[] {
		const over = now() - interval - margin;
		return slots.filter(slot => endOf(slot) > over);
	}

	function leave(slot: Slot): void {
		slot.left = Math.min(slot.left, now());
	}

	function giveUp(slot: Slot): void {
		if (Math.min(slot.left, slot.answered) === Number.POSITIVE_INFINITY) {
			unsure.add(slot);
			return;
		}

		leave(slot);
		slot.answered = Math.min(slot.answered, Math.max(now(), slot.left + travel));
	}

	return {
		counting,
		/** When there is room after so many others of ours; in the past if it is there. */
		opensAt(limit: number, interval: number, others: number): number {
			// An interval may become longer, and what is forgotten by then would not count in it.
			const over = now() - Math.max(interval, kept) - margin;
			while (slots[0] && endOf(slots[0]) <= over) {
				slots.shift();
			}

			if (slots.length + others < limit) {
				return Number.NEGATIVE_INFINITY;
			}

			const time = now();
			// One that waits for the next turn knows that they have left by then.
			if (unsure.size > 0) {
				return time + 1;
			}

			// One that is not over ends now at the earliest: look again then.
			const ends = counting(interval).map(slot => {
				const end = endOf(slot);
				return end === Number.POSITIVE_INFINITY ? time : end;
			});
			const index = Math.min(ends.length - limit + others, ends.length - 1);
			const end = ends.toSorted((a, b) => a - b)[index] ?? Number.NEGATIVE_INFINITY;
			return end + interval + margin;
		},
		add(): Slot {
			const slot = {
				left: Number.POSITIVE_INFINITY,
				answered: Number.POSITIVE_INFINITY,
				before: slots.length,
			};
			slots.push(slot);
			return slot;
		},
		/** Whether it is still one of the first `limit` that count: the limit may have been lowered since. */
		fits(slot: Slot, limit: number, interval: number): boolean {
			return slots.length <= limit || counting(interval).indexOf(slot) < limit;
		},
		/** It never left. */
		remove(slot: Slot): void {
			slots = slots.filter(other => other !== slot);
		},
		leave,
		answer(slot: Slot): void {
			slot.answered = now();
			usual += (slot.answered - Math.min(slot.left, slot.answered) - usual) / 20;
		},
		/** If it was not answered, it may still arrive. */
		giveUp,
		/** @returns what to call in a later turn of the event loop: those given up by now have left by then. */
		givenUp() {
			const given = [...unsure];
			return () => {
				for (const slot of given) {
					unsure.delete(slot);
					leave(slot);
					giveUp(slot);
				}
			};
		},
		/** At most so many of ours counted when HubSpot counted this one. */
		countedWith(slot: Slot): number {
			const latest = Math.min(now(), slot.left + travel);
			const after = slots.slice(slots.indexOf(slot) + 1);
			const tooLate = after.filter(({left}) => left > latest && left < Number.POSITIVE_INFINITY);
			return slot.before + 1 + after.length - tooLate.length;
		},
		/** So many may be on their way to HubSpot. */
		onTheirWay(): number {
			const latest = now() - travel;
			return slots.filter(({left, answered}) => answered === Number.POSITIVE_INFINITY && left > latest)
				.length;
		},
	};
}
