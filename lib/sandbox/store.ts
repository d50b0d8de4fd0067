import type {Thread} from '../lists/thread.ts';
import type {ThreadSource} from './made/source.ts';
import {parseTime} from './made/times.ts';

/** Threads and what has happened to them since, in both of HubSpot's orders. */
export interface Store extends Iterable<Thread> {
	readonly length: number;
	/** The thread at a place in the order of ids. */
	at(index: number): Thread;
	/** What orders it in a list by time, in milliseconds; NaN if it is not in that list. */
	timeAt(index: number): number;
	/** The threads of a list by time, in its order. */
	byTime(): Uint32Array;
	/** -1 if there never was one of that id: a cursor may point at one that was removed. */
	indexOf(id: string): number;
	/** Removed threads keep their place, so that no other one changes its own. */
	isRemoved(index: number): boolean;
	/** Changes fields, of which `undefined` takes one away; a new `latestMessageTimestamp` moves the thread in the list. */
	update(index: number, changes: Changes): void;
	/** For good. */
	remove(index: number): void;
}

/** Fields of a thread; `undefined` takes one away. */
export type Changes = {readonly [Field in keyof Thread]?: Thread[Field] | undefined};

/** How a list by time is kept. */
export interface IndexOptions {
	/** Whether a list by time has the threads without a message, where they were created. Default: false. */
	readonly listsMessageless?: boolean | undefined;
	/**
	 * Milliseconds by which a list by time is behind what its threads say: a thread that got a message keeps its old
	 * place for so long, with its new `latestMessageTimestamp`. Default: 0.
	 */
	readonly indexLag?: number | undefined;
}

export function createStore(source: ThreadSource, options: IndexOptions): Store {
	const {listsMessageless = false, indexLag = 0} = options;
	const changed = new Map<number, Changes>();
	const removed = new Set<number>();
	/** Messages that the list by time does not know yet, in the order in which it will learn of them. */
	const unindexed: Array<{readonly index: number; readonly time: number; readonly due: number}> = [];
	let times: Float64Array | undefined;
	let order: Uint32Array | undefined;

	const allTimes = () =>
		(times ??= Float64Array.from({length: source.length}, (_, index) => sortTime(index)));
	const sortTime = (index: number) => {
		const time = source.timeAt(index);
		return Number.isNaN(time) && listsMessageless ? parseTime(source.at(index).createdAt) : time;
	};
	const sorted = () =>
		(order ??= Uint32Array.from(allTimes().keys())
			.filter(index => !Number.isNaN(timeAt(index)))
			.sort(compare));
	const timeAt = (index: number) => allTimes()[index] as number;
	const compare = (a: number, b: number) => timeAt(a) - timeAt(b) || a - b;

	function at(index: number): Thread {
		const changes = changed.get(index);
		if (!changes) {
			return source.at(index);
		}

		const fields = Object.entries({...source.at(index), ...changes});
		return Object.fromEntries(fields.filter(([, value]) => value !== undefined)) as unknown as Thread;
	}

	function byTime() {
		for (let [next] = unindexed; next && next.due <= Date.now(); [next] = unindexed) {
			unindexed.shift();
			place(next.index, next.time);
		}

		return sorted();
	}

	function place(index: number, time: number) {
		const others = sorted().filter(other => other !== index);
		allTimes()[index] = time;
		const isListed = !Number.isNaN(time);
		const at = firstWhere(others.length, at => compare(others[at] as number, index) > 0);
		order = isListed ? insert(others, at, index) : others;
	}

	return {
		length: source.length,
		at,
		timeAt,
		byTime,
		indexOf: id => source.indexOf(id),
		isRemoved: index => removed.has(index),
		remove: index => removed.add(index),
		update(index, changes) {
			changed.set(index, {...changed.get(index), ...changes});
			if ('latestMessageTimestamp' in changes) {
				const time = parseTime(changes.latestMessageTimestamp);
				// Without a lag at once, also where a test has set the clock back.
				unindexed.push({index, time, due: indexLag === 0 ? 0 : Date.now() + indexLag});
			}
		},
		*[Symbol.iterator]() {
			for (let index = 0; index < source.length; index++) {
				if (!removed.has(index)) {
					yield at(index);
				}
			}
		},
	};
}

function insert(list: Uint32Array, place: number, value: number): Uint32Array {
	const longer = new Uint32Array(list.length + 1);
	longer.set(list.subarray(0, place));
	longer[place] = value;
	longer.set(list.subarray(place), place + 1);
	return longer;
}

/** The first of `length` places where `isTrue`, which is false up to there and true from there on. */
export function firstWhere(length: number, isTrue: (place: number) => boolean): number {
	let low = 0;
	let high = length;
	while (low < high) {
		const middle = (low + high) >>> 1;
		if (isTrue(middle)) {
			high = middle;
		} else {
			low = middle + 1;
		}
	}

	return low;
}
