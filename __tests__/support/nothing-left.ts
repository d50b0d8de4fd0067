import {afterAll, afterEach, beforeAll, beforeEach, expect, jest} from '@jest/globals';
import {useFakeClock} from './clock.ts';

/** Each test of the file has a fake clock, and leaves neither a timer nor an unhandled rejection behind. */
export function expectNothingLeft(): void {
	const rejections: unknown[] = [];
	const onRejection = (reason: unknown) => rejections.push(reason);

	beforeAll(() => {
		process.on('unhandledRejection', onRejection);
	});
	afterAll(() => {
		process.off('unhandledRejection', onRejection);
	});
	beforeEach(useFakeClock);
	afterEach(() => {
		expect(jest.getTimerCount()).toBe(0);
		jest.useRealTimers();
		expect(rejections).toEqual([]);
	});
}
