import {afterEach, beforeEach, describe, expect, jest, test} from '@jest/globals';
import fc from 'fast-check';
import {createThrottle, PaginationError, pages, RequestError, type Throttle} from '../lib/index.ts';
import {createSandbox} from '../lib/sandbox/index.ts';
import {
	createPostgresThrottle,
	createRedisThrottle,
	type SharedThrottleOptions,
} from '../lib/shared/index.ts';
import {parseSharedOptions} from '../lib/shared/options.ts';
import {createStoreThrottle} from '../lib/shared/store-throttle.ts';
import {flush, settle, useFakeClock} from './support/clock.ts';
import {createFakeStore, type FakeStore} from './support/fake-store.ts';

let begin: number;
let store: FakeStore;

beforeEach(() => {
	useFakeClock();
	begin = performance.now();
	store = createFakeStore();
	// Half of what those who wait for the same slot are spread over.
	jest.spyOn(Math, 'random').mockReturnValue(0);
});
afterEach(() => {
	jest.useRealTimers();
	jest.restoreAllMocks();
});

/** A process of its own, as far as a throttle can tell. */
function processOf(options: Omit<SharedThrottleOptions, 'key'> = {}): Throttle {
	return createStoreThrottle(store, parseSharedOptions('ask', store.ask, {key: 'account', ...options}));
}

const elapsed = () => Math.round((performance.now() - begin) * 1000) / 1000;

/** When each of so many slots was given, in milliseconds since the start. */
function slots(throttle: Throttle, count: number): Promise<number[]> {
	return Promise.all(Array.from({length: count}, () => throttle.acquire().then(elapsed)));
}

/** The event loop does nothing for a while; timers that are due then fire late. */
function stall(milliseconds: number) {
	const {now} = performance;
	const skipped = jest
		.spyOn(performance, 'now')
		.mockImplementation(() => now.call(performance) + milliseconds);
	return () => skipped.mockRestore();
}

/** `limit` 21 per 1,000 ms: a slot each 50 ms. A new key begins 1,000 ms ahead. */
const rate = {limit: 21, interval: 1000};
const first = 1050;
const gap = 50;
const spaced = (from: number, count: number, by = gap) =>
	Array.from({length: count}, (_, index) => from + index * by);

describe('slots', () => {
	test('are evenly spaced, a twentieth wider than the limit', async () => {
		expect(await settle(slots(processOf(rate), 4))).toEqual(spaced(first, 4));
	});

	test('by default, as many as an app may have that knows nothing yet', async () => {
		expect(await settle(slots(processOf(), 3))).toEqual([1105, 1210, 1315]);
	});

	test('one that nobody took is gone: no burst after a rest', async () => {
		const throttle = processOf(rate);
		await settle(slots(throttle, 1));
		await jest.advanceTimersByTimeAsync(5000);
		expect(await settle(slots(throttle, 3))).toEqual(spaced(first + 5000, 3));
	});

	test('processes take turns, and a process its walks', async () => {
		const given: string[] = [];
		const take = (throttle: Throttle, name: string) => throttle.acquire().then(() => given.push(name));
		const [one, other] = [processOf(rate), processOf(rate)];
		await settle(
			Promise.all([
				...['a1', 'a2', 'a3'].map(name => take(one, name)),
				...['b1', 'b2', 'b3'].map(name => take(other, name)),
			]),
		);
		expect(given).toEqual(['a1', 'b1', 'a2', 'b2', 'a3', 'b3']);
	});

	test('one reservation is under way at a time, however many walks wait', async () => {
		const work = slots(processOf(rate), 50);
		await flush();
		expect(store.questions).toHaveLength(1);
		await jest.advanceTimersByTimeAsync(first - 1);
		// The first found a new key; the second is the slot that is waited for.
		expect(store.questions).toHaveLength(2);
		await settle(work);
		expect(store.questions).toHaveLength(51);
	});

	test('the slot of one that was aborted goes to the next, and is not asked for again', async () => {
		const throttle = processOf(rate);
		const controller = new AbortController();
		const aborted = throttle.acquire({signal: controller.signal});
		const rejected = expect(aborted).rejects.toThrow('enough');
		const others = slots(throttle, 2);
		await jest.advanceTimersByTimeAsync(500);
		controller.abort(new Error('enough'));
		await rejected;
		expect(await settle(others)).toEqual(spaced(first, 2));
		expect(store.questions).toHaveLength(3);
	});

	test('the slot of the last one goes to whoever comes in time', async () => {
		const throttle = processOf(rate);
		await settle(slots(throttle, 1));
		const controller = new AbortController();
		const aborted = throttle.acquire({signal: controller.signal}).catch(() => 'aborted');
		await flush();
		const {length} = store.questions;
		controller.abort();
		expect(await aborted).toBe('aborted');
		await flush();
		expect(jest.getTimerCount()).toBe(0);
		expect(await settle(slots(throttle, 1))).toEqual([first + gap]);
		expect(store.questions).toHaveLength(length);
	});

	test('an aborted signal takes none, and asks for none', async () => {
		await expect(processOf(rate).acquire({signal: AbortSignal.abort('no')})).rejects.toBe('no');
		expect(store.questions).toEqual([]);
	});
});

describe('late slots', () => {
	test('one that the store answers 250 ms late of ten seconds is used, and one that is later is not', async () => {
		const throttle = processOf({limit: 190});
		await settle(slots(throttle, 1));
		await jest.advanceTimersByTimeAsync(60_000);
		store.latency = 250;
		const start = elapsed();
		expect(await settle(slots(throttle, 1))).toEqual([start + 250]);
		await jest.advanceTimersByTimeAsync(60_000);
		store.latency = 252;
		const {length} = store.questions;
		const work = slots(throttle, 1);
		await jest.advanceTimersByTimeAsync(252);
		store.latency = 0;
		expect(await settle(work)).toHaveLength(1);
		expect(store.questions.length - length).toBe(2);
	});

	test.each([
		['24 ms late of a tolerance of 25, is used', 24, 24],
		['26 ms late, is not used', 26, gap],
	])('one that the event loop slept through, %s', async (_, slept, more) => {
		const throttle = processOf(rate);
		await settle(slots(throttle, 1));
		const work = slots(throttle, 1);
		await jest.advanceTimersByTimeAsync(gap - 10);
		const wakeUp = stall(slept);
		await jest.advanceTimersByTimeAsync(10);
		wakeUp();
		const [time] = await settle(work);
		expect(time).toBe(first + gap + more);
	});

	test('a store that never answers in time is an error that says so', async () => {
		store.latency = 60;
		const throttle = processOf(rate);
		await expect(settle(throttle.acquire())).rejects.toThrow(
			"No request is sent without a slot, and the throttle's test store answers too slowly: 10 slots in a row came late",
		);
	});
});

describe('for everybody', () => {
	test('a pause', async () => {
		const [one, other] = [processOf(rate), processOf(rate)];
		await settle(slots(one, 1));
		await one.pause(3000);
		expect(await settle(Promise.all([slots(other, 1), slots(one, 1)]))).toEqual([
			[first + 3000 + gap],
			[first + 3000 + 2 * gap],
		]);
	});

	test('a pause does not shorten one, and takes the slot that is waited for', async () => {
		const throttle = processOf(rate);
		await settle(slots(throttle, 1));
		const work = slots(throttle, 1);
		await flush();
		await throttle.pause(5000);
		await throttle.pause(100);
		expect(await settle(work)).toEqual([first + 5000 + gap]);
	});

	test.each([0, -1, Number.NaN])('a pause of %d is none', async milliseconds => {
		const throttle = processOf(rate);
		await throttle.pause(milliseconds);
		expect(await settle(slots(throttle, 1))).toEqual([first]);
	});

	test('a limit that the headers tell, at once', async () => {
		const [one, other] = [processOf(), processOf()];
		await settle(Promise.all([slots(one, 1), slots(other, 1)]));
		const start = elapsed();
		one.observe?.({limit: 50, interval: 10_000});
		expect(await settle(slots(other, 2))).toEqual([start + 210, start + 420]);
	});

	test('a long pause ends when somebody clears the store, an interval later at most', async () => {
		const [one, other] = [processOf(rate), processOf(rate)];
		await settle(slots(one, 1));
		await one.pause(3_600_000);
		const work = slots(other, 1);
		await jest.advanceTimersByTimeAsync(500);
		store.lose();
		expect(await settle(work)).toEqual([first + 1000 + first]);
	});

	test('what the headers repeat is not news', async () => {
		const throttle = processOf();
		await settle(slots(throttle, 1));
		const {length} = store.questions;
		throttle.observe?.({limit: 100, remaining: 3});
		throttle.observe?.({dailyRemaining: 3});
		throttle.observe?.({limit: 0, interval: 0});
		await flush();
		expect(store.questions).toHaveLength(length);
	});

	test('the limit is known to whoever asks: as given, as told by the headers, as learned from the others', async () => {
		const [fixed, one, other] = [processOf({limit: 5, interval: 1500}), processOf(), processOf()];
		expect([fixed.interval, one.interval, other.interval]).toEqual([1500, 10_000, 10_000]);
		fixed.observe?.({interval: 4000});
		one.observe?.({limit: 50, interval: 4000});
		expect([fixed.interval, one.interval, other.interval]).toEqual([1500, 4000, 10_000]);
		await settle(slots(one, 1));
		await settle(slots(other, 1));
		expect(other.interval).toBe(4000);
		expect([fixed.limit, one.limit, other.limit]).toEqual([5, 50, 50]);
	});

	test.each<[string, (options: SharedThrottleOptions) => Throttle]>([
		[
			'PostgreSQL',
			options =>
				createPostgresThrottle(
					async () => [{granted: 1, wait: 0, requests: 100, milliseconds: 1500}],
					options,
				),
		],
		['Redis', options => createRedisThrottle(async () => [1, 0, 100, 1500], options)],
	])('a 429 without Retry-After waits the interval of a throttle over %s', async (_, create) => {
		const {accessToken, fetch} = createSandbox({threads: 5, rateLimit: false, faults: {1: {status: 429}}});
		const throttle = create({key: 'account', limit: 100, interval: 1500});
		const delays: number[] = [];
		const walk = pages({accessToken, fetch, throttle, onRetry: ({delay}) => delays.push(delay)});
		await settle(Array.fromAsync(walk));
		expect(delays).toEqual([1500]);
	});

	test('with a limit, the headers change nothing', async () => {
		const throttle = processOf(rate);
		throttle.observe?.({limit: 1, interval: 60_000});
		await flush();
		expect(store.questions).toEqual([]);
		expect(await settle(slots(throttle, 2))).toEqual(spaced(first, 2));
	});

	test('a store that forgets begins a second later, beyond each slot that somebody holds, and knows the rate', async () => {
		const [one, other] = [processOf(), processOf()];
		one.observe?.(rate);
		await settle(Promise.all([slots(one, 1), slots(other, 1)]));
		const held = slots(one, 1);
		await flush();
		const lost = elapsed();
		store.lose();
		const [[last], next] = await settle(Promise.all([held, slots(other, 2)]));
		expect(last).toBe(lost + gap);
		expect(next).toEqual(spaced(lost + first, 2));
	});

	test('never more than the limit in any interval, whatever comes', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.integer({min: 1, max: 30}),
				fc.integer({min: 100, max: 3000}),
				fc.array(
					fc.tuple(
						fc.integer({min: 0, max: 3}),
						fc.constantFrom('take', 'abort', 'pause', 'lose', 'slow', 'wait', 'fail'),
						fc.integer({min: 0, max: 900}),
					),
					{maxLength: 60},
				),
				async (limit, interval, steps) => {
					store = createFakeStore();
					jest.spyOn(Math, 'random').mockReturnValue((limit % 10) / 10);
					const throttles = Array.from({length: 4}, () => processOf({limit, interval}));
					const times: number[] = [];
					const work: Array<Promise<unknown>> = [];
					for (const [index, step, milliseconds] of steps) {
						const throttle = throttles[index] as Throttle;
						const controller = new AbortController();
						store.failure = undefined;
						if (step === 'take' || step === 'abort') {
							const {signal} = controller;
							const took = throttle.acquire({signal}).then(() => times.push(performance.now()));
							work.push(took.catch(() => {}));
						}

						if (step === 'pause') {
							work.push(throttle.pause(milliseconds) as Promise<void>);
						} else if (step === 'lose') {
							store.lose();
						} else if (step === 'slow') {
							store.latency = milliseconds / 10;
						} else if (step === 'fail') {
							store.failure = new Error('down');
						}

						await jest.advanceTimersByTimeAsync(step === 'take' ? milliseconds / 20 : milliseconds);
						controller.abort(new Error('aborted'));
					}

					store.failure = undefined;
					store.latency = 0;
					await settle(Promise.all(work));
					for (let index = limit; index < times.length; index++) {
						const [from, to] = [times[index - limit], times[index]] as [number, number];
						expect(to - from).toBeGreaterThanOrEqual(interval);
					}

					// Nothing but the answers that nobody waits for any more.
					await jest.advanceTimersByTimeAsync(90);
					expect(jest.getTimerCount()).toBe(0);
				},
			),
			{numRuns: 300},
		);
	}, 60_000);
});

describe('a store that fails', () => {
	const failure = Object.assign(
		new Error('connect to postgres://app:s3cr3t p@ss@db.example:5432/x failed, password=s3cr3t'),
		{
			code: 'ECONNREFUSED',
			config: {password: 's3cr3t'},
		},
	);

	test('gives no slot: all who wait fail, with an error that names it and holds no secret', async () => {
		store.failure = failure;
		const throttle = processOf(rate);
		const results = await Promise.allSettled([throttle.acquire(), throttle.acquire()]);
		const reasons = results.map(result => (result.status === 'rejected' ? result.reason : undefined));
		expect(reasons[0]).not.toBe(reasons[1]);
		for (const reason of reasons) {
			expect(reason).toBeInstanceOf(Error);
			expect(reason.message).toBe(
				"No request is sent without a slot, and the throttle's test store failed: connect to [address] failed, password=[secret]",
			);
			expect(reason.cause.code).toBe('ECONNREFUSED');
			expect(
				`${reason.stack}${reason.cause.stack}${JSON.stringify(reason)}${JSON.stringify(reason.cause)}`,
			).not.toMatch(/s3cr3t|p@ss/);
		}

		expect(store.questions).toHaveLength(1);
	});

	test('for a while: it goes on by itself', async () => {
		store.failure = failure;
		const throttle = processOf(rate);
		await expect(throttle.acquire()).rejects.toThrow("the throttle's test store failed");
		store.failure = undefined;
		expect(await settle(slots(throttle, 2))).toEqual(spaced(first, 2));
	});

	test('a connection that fails at each address has no message of its own', async () => {
		store.failure = new AggregateError([new Error('connect ECONNREFUSED ::1:5432')], '');
		await expect(processOf(rate).acquire()).rejects.toThrow(
			"the throttle's test store failed: connect ECONNREFUSED ::1:5432",
		);
	});

	test('by not answering: an error after ten seconds', async () => {
		store.hangs = true;
		const throttle = processOf(rate);
		await expect(settle(throttle.acquire())).rejects.toThrow(
			"the throttle's test store has not answered within 10 seconds",
		);
		expect(elapsed()).toBe(10_000);
		expect(jest.getTimerCount()).toBe(0);
		store.hangs = false;
		expect(await settle(slots(throttle, 1))).toEqual([10_000 + first]);
	});

	test('does not lose a pause or a limit: they go with the next question, and nothing is unhandled', async () => {
		const unhandled = jest.fn();
		process.on('unhandledRejection', unhandled);
		try {
			store.failure = failure;
			const [one, other] = [processOf(), processOf()];
			one.observe?.(rate);
			await one.pause(2000);
			await flush();
			const waits = one.acquire();
			const fails = expect(waits).rejects.toThrow('test store failed');
			await jest.advanceTimersByTimeAsync(2000);
			await fails;
			store.failure = undefined;
			const start = elapsed();
			expect(await settle(slots(one, 1))).toEqual([start + first]);
			expect(await settle(slots(other, 1))).toEqual([start + first + gap]);
			expect(unhandled).not.toHaveBeenCalled();
		} finally {
			process.off('unhandledRejection', unhandled);
		}
	});

	test('a pause that it was not told holds here meanwhile', async () => {
		const throttle = processOf(rate);
		await settle(slots(throttle, 1));
		store.failure = failure;
		await throttle.pause(2000);
		store.failure = undefined;
		expect(await settle(slots(throttle, 1))).toEqual([first + 2000]);
	});

	test('a pause does not wait for ever for one that hangs', async () => {
		store.hangs = true;
		await settle(processOf(rate).pause(100) as Promise<void>);
		expect(elapsed()).toBe(10_000);
	});

	test('for one statement: the walk asks again, and misses nothing', async () => {
		const sandbox = createSandbox({threads: 9});
		const {accessToken, fetch} = sandbox;
		const {ask} = store;
		let number = 0;
		store.ask = async function (question) {
			number++;
			if (number === 1 || number === 4) {
				throw failure;
			}

			return ask.call(this, question);
		};
		const retries: Array<[message: string, attempt: number]> = [];
		const walk = pages({
			accessToken,
			fetch,
			pageSize: 3,
			readAhead: 0,
			throttle: processOf(rate),
			onRetry: ({error, attempt}) => retries.push([error.message, attempt]),
		});
		const read = await settle(Array.fromAsync(walk));
		expect(read.flatMap(({threads}) => threads.map(({id}) => id))).toEqual(
			[...sandbox.threads].map(({id}) => id),
		);
		expect(sandbox.requests).toHaveLength(3);
		const blip = expect.stringContaining('The throttle gave no slot: No request is sent without a slot');
		expect(retries).toEqual([
			[blip, 1],
			[blip, 1],
		]);
	});

	test('for good: the walk asks as often as a request is made, then fails with where to go on', async () => {
		const sandbox = createSandbox({threads: 9});
		const {accessToken, fetch} = sandbox;
		const throttle = processOf(rate);
		const walk = async () => {
			for await (const _ of pages({accessToken, fetch, throttle, pageSize: 3, readAhead: 0})) {
				store.failure = failure;
				store.questions.length = 0;
			}
		};
		const error = await settle(walk()).catch((error: unknown) => error);
		expect(error).toBeInstanceOf(RequestError);
		expect(error).toMatchObject({
			message: expect.stringContaining("the throttle's test store failed: connect to [address] failed"),
			resume: {after: expect.any(String)},
		});
		expect(store.questions).toHaveLength(6);
		expect(sandbox.requests).toHaveLength(1);
	});

	test('ends a walk clearly, which can be resumed without a lost thread', async () => {
		const sandbox = createSandbox({threads: 9});
		const options = {
			accessToken: sandbox.accessToken,
			fetch: sandbox.fetch,
			pageSize: 3,
			readAhead: 0,
			retry: {retries: 0},
		};
		const ids: string[] = [];
		const throttle = processOf(rate);
		const walk = async () => {
			for await (const {threads} of pages({...options, throttle})) {
				ids.push(...threads.map(({id}) => id));
				store.failure = failure;
			}
		};
		const error = await settle(walk()).catch((error: unknown) => error);
		expect(error).toBeInstanceOf(PaginationError);
		const {message, resume} = error as PaginationError;
		expect(message).toContain("the throttle's test store failed");
		expect(message).not.toContain('s3cr3t');
		expect(sandbox.requests).toHaveLength(1);
		const rest = await settle(Array.fromAsync(pages({...options, ...resume, throttle: createThrottle()})));
		expect([...ids, ...rest.flatMap(({threads}) => threads.map(({id}) => id))]).toEqual(
			[...sandbox.threads].map(({id}) => id),
		);
	});
});

describe('options', () => {
	const makers = {
		createPostgresThrottle: (options: unknown) =>
			createPostgresThrottle(async () => [], options as SharedThrottleOptions),
		createRedisThrottle: (options: unknown) =>
			createRedisThrottle(async () => [], options as SharedThrottleOptions),
	};

	describe.each(Object.entries(makers))('%s()', (_, make) => {
		test.each([
			[{key: ''}, '`key` must be a string that is not empty, or a number'],
			[{}, '`key` must be a string that is not empty, or a number'],
			[{key: Number.NaN}, '`key` must be a string that is not empty, or a number'],
			[{key: {}}, '`key` must be a string that is not empty, or a number'],
			[{key: 'a\0'}, '`key` must be text, without a null character or half a surrogate pair'],
			[{key: '\ud800'}, '`key` must be text, without a null character or half a surrogate pair'],
			[{key: 'a', limit: 0}, '`limit` must be a whole number of at least 1'],
			[{key: 'a', limit: '5'}, '`limit` must be a whole number of at least 1'],
			[{key: 'a', limit: null}, '`limit` must be a whole number of at least 1'],
			[{key: 'a', interval: 1.5}, '`interval` must be a whole number of at least 1'],
			[{key: 'a', burst: 1}, '`burst` is not an option; the options are `key`, `limit`, `interval`'],
			[undefined, 'Expected an object with options, such as {key}'],
			['a', 'Expected an object with options, such as {key}'],
		])('%j is refused', (options, message) => {
			expect(() => make(options)).toThrow(new TypeError(message));
		});

		test('anything else is a TypeError that does not repeat it, or a throttle', () => {
			fc.assert(
				fc.property(fc.anything(), fc.anything(), (key, limit) => {
					try {
						make({key, limit});
					} catch (error) {
						expect(error).toBeInstanceOf(TypeError);
						expect((error as Error).message).toMatch(/^`(key|limit)` must be /);
					}
				}),
			);
		});
	});

	test('a client instead of a function is refused', () => {
		expect(() => createPostgresThrottle({} as never, {key: 1})).toThrow(
			new TypeError('`query` must be a function that runs it on your client'),
		);
		expect(() => createRedisThrottle(undefined as never, {key: 1})).toThrow(
			new TypeError('`evaluate` must be a function that runs it on your client'),
		);
	});

	test.each([
		['the whole result', {rows: [{granted: 1, wait: 0, requests: 1, milliseconds: 1}]}],
		['no row', []],
		['nothing', undefined],
		['other columns', [{count: 1}]],
	])('a query that gives %s is told what to give', async (_, result) => {
		const throttle = createPostgresThrottle(async () => result as never, {key: 1});
		await expect(throttle.acquire()).rejects.toThrow(
			"the throttle's PostgreSQL failed: `query` must give the rows of the result as an array of objects, such as `result.rows`",
		);
	});

	test('a script that is not run is told of', async () => {
		const throttle = createRedisThrottle(async () => 'OK', {key: 1});
		await expect(throttle.acquire()).rejects.toThrow(
			"the throttle's Redis failed: `evaluate` must give what the script returns, an array of four",
		);
	});

	test('a function that throws at once is a failure like any other', async () => {
		const throttle = createRedisThrottle(
			() => {
				throw new Error('closed');
			},
			{key: 1},
		);
		await expect(throttle.acquire()).rejects.toThrow("the throttle's Redis failed: closed");
	});
});
