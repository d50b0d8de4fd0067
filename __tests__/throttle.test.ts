import {afterEach, beforeEach, describe, expect, jest, test} from '@jest/globals';
import fc from 'fast-check';
import {
	createThrottle,
	DailyReserveError,
	type PaginateOptions,
	paginate,
	RateLimitError,
	RequestError,
	sync,
	type Throttle,
	type ThrottleOptions,
} from '../lib/index.ts';
import {createSandbox} from '../lib/sandbox/index.ts';
import {flush, settle, start, useFakeClock} from './support/clock.ts';
import {collect} from './support/collect.ts';

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

describe('promise 8: the rate', () => {
	test('never more than limit in any interval, half a second longer for what may still be on its way, and 5 ms', async () => {
		expect(await slots(createThrottle({limit: 2, interval: 1000}), 5)).toEqual([0, 0, 1505, 1505, 3010]);
	});

	test('by default 100 per 10,000 ms, 20 of them at once and the others 5 ms apart', async () => {
		const times = await slots(createThrottle(), 201);
		const spread = [...Array<number>(20).fill(0), ...Array.from({length: 80}, (_, index) => 100 + 5 * index)];
		expect(times).toEqual([...spread, ...spread.map(time => time + 10_505), 21_010]);
	});

	test('slots that are taken late are counted from when they were taken', async () => {
		const throttle = createThrottle({limit: 2, interval: 1000});
		const times = await slots(throttle, 1);
		await jest.advanceTimersByTimeAsync(900);
		times.push(...(await slots(throttle, 3)));
		expect(times).toEqual([0, 900, 1505, 2405]);
	});

	test('a `Date` that is set forward or back at any moment lets no burst through, and nobody hangs', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.integer({min: 1, max: 5}),
				fc.array(
					fc.tuple(
						fc.integer({min: 0, max: 3}),
						fc.integer({min: -3_600_000, max: 3_600_000}),
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
					const began = performance.now();
					for (const [count, step, pause] of steps) {
						for (let slot = 0; slot < count; slot++) {
							work.push(throttle.acquire().then(() => times.push(performance.now())));
						}

						await flush();
						jest.setSystemTime(Date.now() + step);
						await jest.advanceTimersByTimeAsync(pause);
					}

					await settle(Promise.all(work));
					expect(times).toHaveLength(work.length);
					expectNeverMoreThan(limit, 1000, times);
					// Each slot counts for 1505 ms: no step of the clock was waited for.
					expect(performance.now() - began).toBeLessThan(1505 * (work.length / limit + 1) + 12 * 700);
				},
			),
			{numRuns: 100},
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
		expect(times).toEqual([0, 0, 5500, 5500, 7005, 7005, 8510, 8510]);
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
		expect(await slots(throttle, 2)).toEqual([0, 10_505]);
		throttle.observe?.({limit: 1, interval: 500});
		const [next] = await slots(throttle, 1);
		expect(next).toBe(11_510);
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
		expect(await settle(next)).toBe(1505);
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
		expect(delays).toEqual([1505]);
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

describe('a throttle of one’s own', () => {
	const walkWith = (
		throttle: Throttle,
		options: Partial<PaginateOptions> = {},
		sandbox = createSandbox({threads: 5}),
	) => {
		const {accessToken, fetch} = sandbox;
		return collect(
			paginate({accessToken, fetch, throttle, retry: {randomize: false}, ...options} as PaginateOptions),
		);
	};
	const limited = () =>
		createSandbox({threads: 5, faults: {1: {status: 429, headers: {'retry-after': '3'}}}});

	test('an acquire that fails once is retried like a network failure', async () => {
		let calls = 0;
		const acquire = async () => {
			if (++calls === 1) {
				throw new Error('the store blinked');
			}
		};
		const {items: threads, error} = await settle(walkWith({acquire, pause() {}}));
		expect(error).toBeUndefined();
		expect(threads).toHaveLength(5);
		expect(Date.now() - start).toBe(500);
	});

	test('an acquire that always fails ends the walk with the cause and `resume`, and without a request', async () => {
		const sandbox = createSandbox({threads: 5});
		const cause = new Error('the store is down');
		const {error} = await settle(
			walkWith(
				{acquire: () => Promise.reject(cause), pause() {}},
				{retry: {retries: 2, minTimeout: 1}},
				sandbox,
			),
		);
		expect(error).toBeInstanceOf(RequestError);
		expect(error).toMatchObject({cause, attempts: 0, resume: {after: null}});
		expect(sandbox.requests).toHaveLength(0);
	});

	test.each<[string, Throttle['pause']]>([
		[
			'throws',
			() => {
				throw new Error('mine');
			},
		],
		['rejects', () => Promise.reject(new Error('mine'))],
		['never settles', () => new Promise(() => {})],
	])('a pause that %s neither hides the 429 nor stops the walk', async (_, pause) => {
		const errors: unknown[] = [];
		const {items: threads, error} = await settle(
			walkWith({acquire: async () => {}, pause}, {onRetry: ({error}) => errors.push(error)}, limited()),
		);
		expect(error).toBeUndefined();
		expect(threads).toHaveLength(5);
		expect(errors).toEqual([expect.any(RateLimitError)]);
	});

	test('a pause that never settles does not keep a walk from being stopped', async () => {
		const {accessToken, fetch} = limited();
		const controller = new AbortController();
		const pause = () => {
			controller.abort('stop');
			return new Promise<void>(() => {});
		};
		const walk = paginate({
			accessToken,
			fetch,
			signal: controller.signal,
			throttle: {acquire: async () => {}, pause},
		});
		await expect(settle(Array.fromAsync(walk))).rejects.toBe('stop');
	});

	test.each<[string, NonNullable<Throttle['observe']>]>([
		[
			'throws',
			() => {
				throw new Error('mine');
			},
		],
		['rejects', () => Promise.reject(new Error('mine'))],
		['never settles', () => new Promise(() => {})],
	])('an observe that %s does not end the walk', async (_, observe) => {
		const unhandled: unknown[] = [];
		const onUnhandled = (reason: unknown) => unhandled.push(reason);
		process.on('unhandledRejection', onUnhandled);
		const {items: threads, error} = await settle(walkWith({acquire: async () => {}, pause() {}, observe}));
		await flush();
		process.off('unhandledRejection', onUnhandled);
		expect([error, unhandled]).toEqual([undefined, []]);
		expect(threads).toHaveLength(5);
	});

	test('may run the request itself, and hears when it left and when it was answered', async () => {
		const calls: unknown[] = [];
		const throttle: Throttle = {
			acquire: () => Promise.reject(new Error('not asked')),
			pause() {},
			run(send) {
				calls.push('run');
				return send({
					left: () => calls.push('left'),
					answered: rateLimit => calls.push(['answered', rateLimit?.remaining]),
				});
			},
		};
		const {items: threads} = await settle(walkWith(throttle, {}, createSandbox({threads: 5, latency: 100})));
		expect(threads).toHaveLength(5);
		expect(calls).toEqual(['run', 'left', ['answered', 189]]);
	});
});

describe('the wait after a 429 without Retry-After', () => {
	test('is the interval of a shared throttle', async () => {
		const sandbox = createSandbox({threads: 5, rateLimit: false, faults: {1: {status: 429}}});
		const {accessToken, fetch} = sandbox;
		const delays: number[] = [];
		await settle(
			Array.fromAsync(
				paginate({
					accessToken,
					fetch,
					throttle: createThrottle({limit: 100, interval: 1500}),
					onRetry: ({delay}) => delays.push(delay),
				}),
			),
		);
		expect(delays).toEqual([1500]);
	});
});

describe('the options of a throttle', () => {
	test.each<[unknown, RegExp]>([
		[{limt: 5}, /^`limt` is not an option/],
		[{interval: 60_000}, /^`throttle.interval` needs a `throttle.limit`/],
		[{limit: 5, interval: 0}, /^`throttle.interval` must be/],
		[{dailyReserve: 1}, /^`throttle.dailyReserve` must be/],
		[{dailyReserve: -0.1}, /^`throttle.dailyReserve` must be/],
		[{dailyReserve: Number.NaN}, /^`throttle.dailyReserve` must be/],
		[{dailyReserve: '0.1'}, /^`throttle.dailyReserve` must be/],
		[null, /Expected an object/],
	])('createThrottle(%j) is refused', (options, message) => {
		expect(() => createThrottle(options as ThrottleOptions)).toThrow(message);
		expect(() => paginate({accessToken: 't', throttle: options as ThrottleOptions})).toThrow(TypeError);
	});

	test('an interval of 30 days is waited for with few timers', async () => {
		const setTimeout = jest.spyOn(globalThis, 'setTimeout');
		const days = 30 * 86_400_000;
		expect(await slots(createThrottle({limit: 1, interval: days}), 2)).toEqual([0, days + 505]);
		expect(setTimeout.mock.calls.length).toBeLessThan(100);
	});
});

test('with a real `Date` and fake timers the limit holds, and nobody hangs', async () => {
	jest.useFakeTimers({doNotFake: ['nextTick', 'queueMicrotask', 'Date']});
	const began = performance.now();
	const throttle = createThrottle({limit: 2, interval: 1000});
	const take = () => throttle.acquire().then(() => performance.now() - began);
	expect(await settle(Promise.all([1, 2, 3, 4, 5].map(take)))).toEqual([0, 0, 1505, 1505, 3010]);
});

test('with a `Date` that stands still the limit holds, and nobody hangs', async () => {
	jest.useFakeTimers({now: start, doNotFake: ['nextTick', 'queueMicrotask']});
	jest.spyOn(Date, 'now').mockReturnValue(start);
	const began = performance.now();
	const throttle = createThrottle({limit: 30, interval: 1000});
	const take = () => throttle.acquire().then(() => performance.now() - began);
	const times = await settle(Promise.all(Array.from({length: 90}, take)));
	jest.restoreAllMocks();
	expectNeverMoreThan(30, 1000, times);
	expect(Math.max(...times)).toBeLessThan(4000);
});

describe('the reserve of the day', () => {
	const answerWith = (headers: Record<string, string>) => {
		let requests = 0;
		const fetch = async () => {
			requests++;
			return Response.json(
				{results: [{id: String(requests)}], ...(requests < 4 && {paging: {next: {after: String(requests)}}})},
				{headers},
			);
		};
		return {fetch, count: () => requests};
	};
	const day = (remaining: number) => ({
		'x-hubspot-ratelimit-daily': '1000',
		'x-hubspot-ratelimit-daily-remaining': String(remaining),
	});
	const own = (): Throttle => ({acquire: async () => {}, pause() {}});

	test.each<[string, number, PaginateOptions['throttle'], number]>([
		['the default', 49, undefined, 1],
		['the default, of a shared throttle', 49, createThrottle(), 1],
		['the default, of a throttle of one’s own', 49, own(), 1],
		['exactly the default', 50, undefined, 4],
		['a fifth', 199, {dailyReserve: 0.2}, 1],
		['a fifth, of a shared throttle', 199, createThrottle({dailyReserve: 0.2}), 1],
		['a fifth, of a throttle of one’s own', 199, {...own(), dailyReserve: 0.2}, 1],
		['none', 0, {dailyReserve: 0}, 4],
	])('%s, with %i of 1000 left', async (_, remaining, throttle, requests) => {
		const {fetch, count} = answerWith(day(remaining));
		const {items: threads, error} = await settle(collect(paginate({accessToken: 't', fetch, throttle})));
		// What has arrived is handed over before the walk fails.
		expect([count(), threads.length]).toEqual([requests, requests]);
		if (requests === 4) {
			expect(error).toBeUndefined();
			return;
		}

		expect(error).toBeInstanceOf(DailyReserveError);
		expect(error).toMatchObject({
			name: 'DailyReserveError',
			dailyLimit: 1000,
			dailyRemaining: remaining,
			message: expect.stringContaining(`${remaining} of the day's 1000`),
			resume: {after: expect.any(String)},
		});
	});

	test('does nothing without the headers of the day', async () => {
		const {fetch, count} = answerWith({'x-hubspot-ratelimit-daily-remaining': '0'});
		await settle(Array.fromAsync(paginate({accessToken: 't', fetch})));
		expect(count()).toBe(4);
	});

	test('ends sync() with its checkpoint too', async () => {
		const sandbox = createSandbox({threads: 2000, rateLimit: {daily: 20}});
		const {accessToken, fetch} = sandbox;
		const batches: unknown[] = [];
		const run = async () => {
			for await (const batch of sync({accessToken, fetch, pageSize: 50, throttle: {dailyReserve: 0.5}})) {
				batches.push(batch);
			}
		};
		await expect(settle(run())).rejects.toBeInstanceOf(DailyReserveError);
		expect(batches.length).toBeGreaterThan(0);
		expect(sandbox.requests.length).toBeLessThan(20);
	});
});
