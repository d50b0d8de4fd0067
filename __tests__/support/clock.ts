import {setImmediate as realTurn} from 'node:timers/promises';
import {jest} from '@jest/globals';

/** A fake clock that starts at a whole second. Call it in each test that looks at time. */
export const start = Date.UTC(2026, 0, 1);

export function useFakeClock(): void {
	jest.useFakeTimers({now: start, doNotFake: ['nextTick', 'queueMicrotask']});
}

/** Moves the clock from timer to timer until the work is done; fails if it waits for something else. */
export async function settle<T>(work: Promise<T>): Promise<T> {
	let isSettled = false;
	const onSettled = () => {
		isSettled = true;
	};
	work.then(onSettled, onSettled);
	for (;;) {
		await flush();
		if (isSettled) {
			return work;
		}

		if (jest.getTimerCount() === 0) {
			throw new Error('The work is not done, and there is no timer that it could wait for');
		}

		jest.advanceTimersToNextTimer();
	}
}

/** Lets everything run that does not wait for the clock. */
export async function flush(): Promise<void> {
	for (let turn = 0; turn < 3; turn++) {
		await realTurn();
	}
}
