import type {Thread} from 'hubspot-threads';
import {end, type Spread, spreads, start} from '../lib/sandbox/made/threads.ts';

/** Threads with no more than a walk needs, evenly within the spread, as in the tests of `sync()`. */
export function evenThreads(count: number, spread: Spread): readonly Thread[] {
	return Array.from({length: count}, (_, index) => {
		const time = start + Math.floor(spreads[spread](index / count) * (end - start));
		return {
			id: String(1_000_000 + index),
			status: 'OPEN',
			archived: false,
			latestMessageTimestamp: new Date(time).toISOString(),
		} as Thread;
	});
}
