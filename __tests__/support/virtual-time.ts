import {setImmediate as realTurn} from 'node:timers/promises';

interface Timer {
	readonly id: number;
	readonly due: number;
	readonly fire: () => void;
}

/**
 * Time that passes only when everything waits for it. Unlike fake timers it knows an event loop that is blocked:
 * all clocks move then, and no timer fires.
 */
export function useVirtualTime(start = Date.UTC(2026, 0, 1)) {
	const real = {setTimeout, clearTimeout, dateNow: Date.now, performanceNow: performance.now};
	let timers: Timer[] = [];
	let ids = 0;
	let time = 0;
	let dateStep = 0;

	Object.assign(globalThis, {
		setTimeout(callback: (...given: unknown[]) => void, delay = 0, ...given: unknown[]) {
			const timer = {id: ++ids, due: time + Math.max(1, Math.trunc(delay)), fire: () => callback(...given)};
			const index = timers.findLastIndex(({due}) => due <= timer.due);
			timers.splice(index + 1, 0, timer);
			return timer.id;
		},
		clearTimeout(id: unknown) {
			timers = timers.filter(timer => timer.id !== id);
		},
	});
	Date.now = () => start + dateStep + Math.floor(time);
	performance.now = () => time;

	return {
		/** Milliseconds since the start. */
		now: () => time,
		timerCount: () => timers.length,
		/** The event loop does nothing else for so long. */
		block(milliseconds: number) {
			time += milliseconds;
		},
		/** `Date` alone is set forward, or back. */
		setDate(step: number) {
			dateStep += step;
		},
		/** Fires timer after timer until the work is done; fails if it waits for something else. */
		async settle<T>(work: Promise<T>): Promise<T> {
			let isSettled = false;
			const onSettled = () => {
				isSettled = true;
			};
			work.then(onSettled, onSettled);
			for (;;) {
				await realTurn();
				if (isSettled) {
					return work;
				}

				let timer = timers.shift();
				for (let turn = 0; turn < 5 && !timer && !isSettled; turn++) {
					await realTurn();
					timer = timers.shift();
				}

				if (isSettled) {
					return work;
				}

				if (!timer) {
					throw new Error('The work is not done, and there is no timer that it could wait for');
				}

				time = Math.max(time, timer.due);
				timer.fire();
			}
		},
		restore() {
			Object.assign(globalThis, {setTimeout: real.setTimeout, clearTimeout: real.clearTimeout});
			Date.now = real.dateNow;
			performance.now = real.performanceNow;
		},
	};
}

export type VirtualTime = ReturnType<typeof useVirtualTime>;
