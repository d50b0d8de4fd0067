import {afterEach, beforeEach, describe, expect, jest, test} from '@jest/globals';
import fc from 'fast-check';
import {createThrottle, paginate, type Throttle} from '../lib/index.ts';
import {createSandbox} from '../lib/sandbox/index.ts';
import {flush, settle, start, useFakeClock} from './support/clock.ts';

beforeEach(useFakeClock);
afterEach(() => {
	jest.useRealTimers();
});

/** When each of so many slots was given, in milliseconds since the start. */
async function slots(throttle: Throttle, count: number): Promise<number[]> {
	return settle(
		Promise.all(Array.from({length: count}, () => throttle.acquire().then(() => Date.now() - start))),
	);
}

/** The sliding window: a slot and the one `limit` later are an interval apart. */
function expectNeverMoreThan(limit: number, interval: number, times: readonly number[]) {
	const sorted = times.toSorted((a, b) => a - b);
	for (let index = limit; index < sorted.length; index++) {
		expect((sorted[index] as number) - (sorted[index - limit] as number)).toBeGreaterThanOrEqual(interval);
	}
}

/** The event loop does nothing for a while; timers that are due then fire late. */
function stall(milliseconds: number) {
	jest.setSystemTime(Date.now() + milliseconds);
}

describe('promise 8: the rate', () => {
	test('never more than limit in any interval, and 2.5 % longer for what is on its way', async () => {
		expect(await slots(createThrottle({limit: 2, interval: 1000}), 5)).toEqual([0, 0, 1025, 1025, 2050]);
	});

	test('by default 100 per 10,000 ms', async () => {
		const times = await slots(createThrottle(), 201);
		expect(times).toEqual([...Array(100).fill(0), ...Array(100).fill(10_250), 20_500]);
	});

	test('slots that are taken late are counted from when they were taken', async () => {
		const throttle = createThrottle({limit: 2, interval: 1000});
		const times = await slots(throttle, 1);
		await jest.advanceTimersByTimeAsync(900);
		times.push(...(await slots(throttle, 3)));
		expect(times).toEqual([0, 900, 1025, 1925]);
	});

	test('a stall of the event loop lets no burst through', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.integer({min: 1, max: 5}),
				fc.array(
					fc.tuple(
						fc.integer({min: 0, max: 3}),
						fc.integer({min: 0, max: 2500}),
						fc.integer({min: 0, max: 700}),
					),
					{
						minLength: 1,
						maxLength: 12,
					},
				),
				async (limit, steps) => {
					const throttle = createThrottle({limit, interval: 1000});
					const times: number[] = [];
					const work: Array<Promise<unknown>> = [];
					for (const [count, stalled, pause] of steps) {
						for (let slot = 0; slot < count; slot++) {
							work.push(throttle.acquire().then(() => times.push(Date.now())));
						}

						await flush();
						stall(stalled);
						await jest.advanceTimersByTimeAsync(pause);
					}

					await settle(Promise.all(work));
					expect(times).toHaveLength(work.length);
					expectNeverMoreThan(limit, 1000, times);
				},
			),
			{numRuns: 150},
		);
	});

	test('retries take slots too, over all walks that share the throttle', async () => {
		const throttle = createThrottle({limit: 3, interval: 1000});
		const sandboxes = [1, 2, 3].map(seed =>
			createSandbox({
				seed,
				threads: 30,
				rateLimit: false,
				faults: ({number}) => (number % 3 === 0 ? {status: 502} : undefined),
			}),
		);
		const walks = sandboxes.map(({accessToken, fetch}) =>
			Array.fromAsync(
				paginate({accessToken, fetch, throttle, pageSize: 5, retry: {minTimeout: 1, randomize: false}}),
			),
		);
		for (const threads of await settle(Promise.all(walks))) {
			expect(threads).toHaveLength(30);
		}

		const times = sandboxes.flatMap(({requests}) => requests.map(({time}) => time));
		expect(times).toHaveLength(24);
		expectNeverMoreThan(3, 1000, times);
	});

	test('a consumer that blocks the event loop does not bring requests closer together', async () => {
		const sandbox = createSandbox({threads: 40, rateLimit: false, latency: 10});
		const {accessToken, fetch} = sandbox;
		const walk = async () => {
			for await (const _thread of paginate({
				accessToken,
				fetch,
				throttle: {limit: 2, interval: 1000},
				pageSize: 5,
			})) {
				stall(130);
			}
		};
		await settle(walk());
		expect(sandbox.requests).toHaveLength(8);
		expectNeverMoreThan(
			2,
			1000,
			sandbox.requests.map(({time}) => time),
		);
	});

	test('slow tokens do not make slots old', async () => {
		const times: number[] = [];
		const sandbox = createSandbox({threads: 20, rateLimit: false});
		const waits = [900, 0, 0, 0];
		const walk = paginate({
			fetch: sandbox.fetch,
			throttle: {limit: 1, interval: 1000},
			pageSize: 5,
			async accessToken() {
				await new Promise(resolve => setTimeout(resolve, waits.shift()));
				return sandbox.accessToken;
			},
		});
		await settle(Array.fromAsync(walk));
		times.push(...sandbox.requests.map(({time}) => time));
		expect(times).toHaveLength(4);
		expectNeverMoreThan(1, 1000, times);
	});
});

describe('promise 8: the pause', () => {
	test('one 429 pauses all walks that share the throttle', async () => {
		const throttle = createThrottle({limit: 100, interval: 10_000});
		const limited = createSandbox({threads: 20, faults: {2: {status: 429, headers: {'retry-after': '5'}}}});
		const other = createSandbox({threads: 20, latency: 300});
		const walkOf = ({accessToken, fetch}: typeof other) =>
			Array.fromAsync(paginate({accessToken, fetch, throttle, pageSize: 5, readAhead: 0}));
		await settle(Promise.all([walkOf(limited), walkOf(other)]));
		const timesOf = ({requests}: typeof other) =>
			requests.map(({time}) => Math.floor((time - start) / 100) * 100);
		expect(timesOf(limited)).toEqual([0, 0, 5000, 5000, 5000]);
		expect(timesOf(other)).toEqual([0, 5000, 5300, 5600]);
	});

	test('slots that were waited for when it began do not leave in one burst when it ends', async () => {
		const throttle = createThrottle({limit: 2, interval: 1000});
		const work = Promise.all(
			Array.from({length: 8}, () => throttle.acquire().then(() => Date.now() - start)),
		);
		await jest.advanceTimersByTimeAsync(500);
		await throttle.pause(5000);
		const times = await settle(work);
		expect(times).toEqual([0, 0, 5500, 5500, 6525, 6525, 7550, 7550]);
	});

	test('a shorter pause does not end a longer one', async () => {
		const throttle = createThrottle();
		await throttle.pause(3000);
		await throttle.pause(1000);
		expect(await slots(throttle, 1)).toEqual([3000]);
	});

	test('a pause that grows while it is waited for is waited to its end', async () => {
		const throttle = createThrottle();
		await throttle.pause(1000);
		const work = slots(throttle, 1);
		await jest.advanceTimersByTimeAsync(0);
		await throttle.pause(4000);
		expect(await work).toEqual([4000]);
	});

	test('a wait beyond maxWait is not forced on the others', async () => {
		const pauses: number[] = [];
		const throttle: Throttle = {
			acquire: async () => {},
			pause(milliseconds) {
				pauses.push(milliseconds);
			},
		};
		const {accessToken, fetch} = createSandbox({faults: {1: {status: 429, headers: {'retry-after': '300'}}}});
		await settle(Array.fromAsync(paginate({accessToken, fetch, throttle})).catch(() => {}));
		expect(pauses).toEqual([]);
	});
});

describe('the limit that HubSpot gives', () => {
	const walk = async (rateLimit: {limit: number; interval?: number}, throttle?: {limit?: number}) => {
		const sandbox = createSandbox({threads: 400, rateLimit});
		const {accessToken, fetch} = sandbox;
		await settle(Array.fromAsync(paginate({accessToken, fetch, throttle, pageSize: 1})));
		return sandbox;
	};

	test('raises ours', async () => {
		const {requests} = await walk({limit: 190});
		const times = requests.map(({time}) => time - start);
		expect(requests.every(({status}) => status === 200)).toBe(true);
		expect(times[189]).toBeLessThan(1000);
		expect(times[379]).toBeLessThan(11_500);
	});

	test('lowers ours, before there is a 429', async () => {
		const {requests} = await walk({limit: 40, interval: 2000});
		expect(requests.every(({status}) => status === 200)).toBe(true);
		expectNeverMoreThan(
			40,
			2000,
			requests.map(({time}) => time),
		);
	});

	test('does not change a limit that was given', async () => {
		const {requests} = await walk({limit: 190}, {limit: 10});
		expectNeverMoreThan(
			10,
			10_000,
			requests.map(({time}) => time),
		);
	});

	test('what was taken before a change counts after it', async () => {
		const throttle = createThrottle();
		expect(await slots(throttle, 3)).toEqual([0, 0, 0]);
		throttle.observe?.({limit: 4});
		expect(await slots(throttle, 2)).toEqual([0, 10_250]);
		throttle.observe?.({limit: 1, interval: 500});
		const [next] = await slots(throttle, 1);
		expect(next).toBeGreaterThanOrEqual(10_750);
	});

	test('a limit of 0 is not believed', async () => {
		const throttle = createThrottle();
		throttle.observe?.({limit: 0, interval: 0});
		expect(await slots(throttle, 2)).toEqual([0, 0]);
	});
});

describe('acquire', () => {
	test('rejects with the reason of its signal, before and while it waits, and its slot goes to the next', async () => {
		const throttle = createThrottle({limit: 1, interval: 1000});
		const reason = {why: 'stop'};
		await expect(throttle.acquire({signal: AbortSignal.abort(reason)})).rejects.toBe(reason);
		await throttle.acquire();
		const controller = new AbortController();
		const aborted = expect(throttle.acquire({signal: controller.signal})).rejects.toBe(reason);
		const next = throttle.acquire().then(() => Date.now() - start);
		await flush();
		controller.abort(reason);
		await aborted;
		expect(await settle(next)).toBe(1025);
	});

	test('leaves no timer when the last one that waits is aborted, and forgets no slot', async () => {
		const throttle = createThrottle({limit: 1, interval: 1000});
		await throttle.acquire();
		for (let round = 0; round < 3; round++) {
			const controller = new AbortController();
			const aborted = expect(throttle.acquire({signal: controller.signal})).rejects.toBe('stop');
			await flush();
			expect(jest.getTimerCount()).toBe(1);
			controller.abort('stop');
			await aborted;
			await flush();
			expect(jest.getTimerCount()).toBe(0);
		}

		const [next] = await slots(throttle, 1);
		expect(next).toBeGreaterThanOrEqual(1000);
	});

	test('onThrottle says how long a request waited', async () => {
		const {accessToken, fetch} = createSandbox({threads: 5});
		const throttle = createThrottle({limit: 1, interval: 1000});
		await throttle.acquire();
		const delays: number[] = [];
		await settle(
			Array.fromAsync(paginate({accessToken, fetch, throttle, onThrottle: ({delay}) => delays.push(delay)})),
		);
		expect(delays).toEqual([1025]);
	});

	test('a throttle of one’s own is asked before each attempt, told of 429s and of headers', async () => {
		const calls: unknown[] = [];
		const throttle: Throttle = {
			async acquire(options) {
				calls.push(['acquire', options?.signal instanceof AbortSignal]);
			},
			async pause(milliseconds) {
				calls.push(['pause', milliseconds]);
			},
			observe({remaining}) {
				calls.push(['observe', remaining]);
			},
		};
		const {accessToken, fetch} = createSandbox({threads: 5, faults: {1: {status: 429}}});
		await settle(Array.fromAsync(paginate({accessToken, fetch, throttle})));
		expect(calls).toEqual([
			['acquire', true],
			['observe', 189],
			['pause', 10_000],
			['acquire', true],
			['observe', 189],
		]);
	});
});
