import {afterEach, beforeEach, describe, expect, jest, test} from '@jest/globals';
import fc from 'fast-check';
import {createThrottle, pages, type ThrottleOptions} from '../lib/index.ts';
import {createLimitedServer, type LimitedServerOptions, mostIn} from './support/limited-server.ts';
import {useVirtualTime, type VirtualTime} from './support/virtual-time.ts';

jest.setTimeout(60_000);

let time: VirtualTime;
beforeEach(() => {
	time = useVirtualTime();
});
afterEach(() => {
	time.restore();
});

interface Scenario extends LimitedServerOptions {
	/** So many walks in each process. */
	readonly processes: readonly number[];
	readonly throttle?: ThrottleOptions;
	readonly seconds: number;
	/** What a walk does with a page. */
	readonly work?: () => void;
}

/** Walks that never end until the time is over. */
async function run({processes, throttle: options, seconds, work, ...server}: Scenario) {
	const hubspot = createLimitedServer(time, server);
	const stop = new AbortController();
	const walk = async (accessToken: string, throttle: ReturnType<typeof createThrottle>) => {
		try {
			for await (const _page of pages({accessToken, throttle, fetch: hubspot.fetch, signal: stop.signal})) {
				work?.();
			}
		} catch (error) {
			if (error !== 'over') {
				throw error;
			}
		}
	};
	const walks = processes.flatMap((count, index) => {
		const throttle = createThrottle(options);
		return Array.from({length: count}, () => walk(String(index), throttle));
	});
	setTimeout(() => stop.abort('over'), seconds * 1000);
	await time.settle(Promise.all(walks));
	const {arrivals, accepted} = hubspot;
	const {limit, interval} = server;
	const durations = accepted.slice(limit).map(({at}, index) => at - (accepted[index]?.at as number));
	const usual = durations.toSorted((a, b) => a - b)[Math.floor(durations.length / 2)] as number;
	const late = accepted.filter(({at}) => at > interval);
	return {
		most: mostIn(interval, arrivals),
		refused: hubspot.refused(),
		answered: accepted.length,
		shareRefused: hubspot.refused() / arrivals.length,
		/** The interval, over the time that `limit` requests take in the long run. */
		used: interval / usual,
		split: processes.map((_, index) => late.filter(({by}) => by === `Bearer ${index}`).length / late.length),
	};
}

const limits = {limit: 190, interval: 10_000};

/** A blocked event loop, again and again, as long as requests are made. */
function stallEvery(milliseconds: number, stalled: number, until: number) {
	const stall = () => {
		time.block(stalled);
		if (time.now() < until) {
			setTimeout(stall, milliseconds);
		}
	};
	setTimeout(stall, milliseconds);
}

/** From 0 to 1, the same in every run. */
function createNoise(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
		return state / 2_147_483_648;
	};
}

describe('never over the limit, by the count of the server', () => {
	test.each([
		[6, 50],
		[6, 250],
		[70, 50],
		[70, 250],
		[70, 1000],
		[70, 3000],
	])('%i walks at %i ms, some longer on their way than others, use 95 %% of it', async (walks, latency) => {
		const noise = createNoise(latency);
		const {most, refused, used} = await run({
			...limits,
			processes: [walks],
			seconds: 34,
			travel: () => noise() * Math.min(latency, 480),
			answer: () => latency / 2,
		});
		expect([most, refused]).toEqual([190, 0]);
		expect(used).toBeGreaterThanOrEqual(0.95);
	});

	test.each<[string, LimitedServerOptions['travel']]>([
		['cold connections 450 ms longer', number => (number < 12 ? 475 : 25)],
		['cold connections 600 ms longer, where answers are quick', number => (number < 12 ? 625 : 25)],
		['1 % of the requests 2 s longer, where answers are quick', number => (number % 100 === 99 ? 2025 : 25)],
	])('%s, 12 walks', async (_, travel) => {
		const {most, refused} = await run({...limits, processes: [12], seconds: 34, travel, answer: () => 25});
		expect([most, refused]).toEqual([190, 0]);
	});

	test('the loop stalls for 400 ms, 12 walks', async () => {
		stallEvery(2000, 400, 34_000);
		const {most, refused} = await run({
			...limits,
			processes: [12],
			seconds: 34,
			travel: () => 25,
			answer: () => 25,
		});
		expect([most, refused]).toEqual([190, 0]);
	});

	test.each<[string, Partial<Scenario>]>([
		[
			'fetch',
			{
				travel: () => {
					time.block(120);
					return 5;
				},
			},
		],
		['consumer', {work: () => time.block(120)}],
	])('5 per 300 ms, with a %s that blocks for 120 ms', async (_, blocking) => {
		for (const processes of [[1], [3], [8]]) {
			const {most} = await run({
				limit: 5,
				interval: 300,
				processes,
				throttle: {limit: 5, interval: 300},
				seconds: 5,
				travel: () => 5,
				answer: () => 5,
				...blocking,
			});
			expect(most).toBeLessThanOrEqual(5);
		}
	});
});

describe('processes that share nothing but the limit', () => {
	test.each([[[6, 6]], [[12, 3]], [[20, 20]]])('%j walks at 200 ms, give or take half', async processes => {
		for (const seed of [1, 2]) {
			const noise = createNoise(seed * 7919);
			const half = () => 50 + noise() * 100;
			const {shareRefused, used, split} = await run({
				...limits,
				processes,
				seconds: 50,
				travel: half,
				answer: half,
			});
			expect(shareRefused).toBeLessThanOrEqual(0.005);
			expect(used).toBeGreaterThanOrEqual(0.93);
			expect(Math.min(...split)).toBeGreaterThanOrEqual(0.25);
		}
	});

	test('one alone is not slowed by more than 1 %', async () => {
		const noise = createNoise(3);
		const half = () => 50 + noise() * 100;
		const scenario = {...limits, processes: [70], seconds: 50, travel: half, answer: half};
		const shared = await run(scenario);
		const fixed = await run({...scenario, throttle: {limit: 190}});
		expect(shared.refused).toBe(0);
		expect(shared.used).toBeGreaterThanOrEqual(fixed.used * 0.99);
	});

	test.each<[string, (truth: number) => number]>([
		['is always 0', () => 0],
		['is always the limit', () => 190],
		['is above the limit', () => 1_000_000],
		['is random', () => Math.floor(Math.abs(Math.sin(time.now())) * 190)],
	])('a header that %s neither stops a walk nor lets it over the limit', async (_, remaining) => {
		const {most, refused, answered} = await run({
			...limits,
			processes: [12],
			seconds: 34,
			travel: () => 50,
			answer: () => 50,
			remaining,
		});
		expect(refused).toBe(0);
		expect(most).toBeLessThanOrEqual(190);
		// A tenth of the limit is ours whatever the header says.
		expect(answered).toBeGreaterThanOrEqual(3 * 19);
	});
});

describe('a request that is given up in its first turn, and leaves after a stall all the same', () => {
	const limited = {limit: 1, interval: 1000};

	test('counts from then on', async () => {
		const throttle = createThrottle(limited);
		const next = async () => {
			await expect(throttle.run?.(() => Promise.reject(new Error('given up')))).rejects.toThrow('given up');
			time.block(2000);
			await throttle.acquire();
			return time.now();
		};
		// A look a millisecond later is in another turn; from then on it may take half a second to arrive.
		expect(await time.settle(next())).toBe(2001 + 500 + 1000 + 5);
	});

	test.each([0, 1, 500, 10_000])('so it does if the next walk begins %i ms later', async pause => {
		const throttle = createThrottle(limited);
		const arrivals: number[] = [];
		const stop = new AbortController();
		const leaving = (): Promise<Response> => {
			setTimeout(() => arrivals.push(time.now()), 5);
			stop.abort('left');
			return new Promise(() => {});
		};
		const answering = async () => {
			arrivals.push(time.now());
			return Response.json({results: []});
		};
		const options = {accessToken: 'token', throttle};
		const work = async () => {
			const given = pages({...options, fetch: leaving, signal: stop.signal}).next();
			await expect(given).rejects.toBe('left');
			time.block(2000);
			if (pause > 0) {
				await new Promise(resolve => setTimeout(resolve, pause));
			}

			await pages({...options, fetch: answering}).next();
		};
		await time.settle(work());
		const [before, after] = arrivals as [number, number];
		expect(before).toBe(2000);
		expect(after - before).toBeGreaterThan(1000);
	});

	test('is over in time while others leave', async () => {
		const throttle = createThrottle({limit: 5, interval: 1000});
		const sent: number[] = [];
		const work = async () => {
			for (let round = 0; round < 10; round++) {
				await expect(throttle.run?.(() => Promise.reject(new Error('given up')))).rejects.toThrow('given up');
				await throttle.run?.(async ({left, answered}) => {
					sent.push(time.now());
					await new Promise(resolve => setTimeout(resolve, 100));
					left();
					answered(undefined);
				});
				await new Promise(resolve => setTimeout(resolve, 900));
			}
		};
		await time.settle(work());
		expect(sent).toEqual(Array.from({length: 10}, (_, round) => round * 1000));
	});
});

test('limits that change, walks that are aborted, pauses: never above the limit of the moment, and all ends', async () => {
	const step = fc.record({
		/** Requests that ask for a slot, how long they travel, and whether they are answered. */
		requests: fc.array(fc.tuple(fc.integer({min: 0, max: 499}), fc.boolean()), {maxLength: 6}),
		rate: fc.option(
			fc.record({limit: fc.integer({min: 1, max: 8}), interval: fc.integer({min: 50, max: 2000})}),
		),
		pause: fc.option(fc.integer({min: 1, max: 3000})),
		abort: fc.boolean(),
		stall: fc.constantFrom(0, 0, 0, 120, 900),
		after: fc.integer({min: 0, max: 1500}),
	});
	await fc.assert(
		fc.asyncProperty(fc.array(step, {minLength: 1, maxLength: 10}), async steps => {
			const throttle = createThrottle();
			let rate = {limit: 100, interval: 10_000};
			let pausedUntil = 0;
			/** When each request arrives; infinite while it is on its way. */
			const arrivals: number[] = [];
			const pending: Array<{controller: AbortController; work: Promise<unknown>}> = [];
			const ask = (travel: number, isAnswered: boolean) => {
				const controller = new AbortController();
				const work = throttle.run?.(
					async ({left, answered}) => {
						const now = time.now();
						expect(now).toBeGreaterThanOrEqual(pausedUntil);
						const counting = arrivals.filter(at => at > now - rate.interval);
						expect(counting.length).toBeLessThan(rate.limit);
						const index = arrivals.push(Number.POSITIVE_INFINITY) - 1;
						// A stall before it has left delays it, one after that does not.
						const arrived = new Promise<void>(resolve => {
							setTimeout(() => {
								left();
								arrivals[index] = time.now() + travel;
								setTimeout(resolve, travel);
							});
						});
						if (isAnswered) {
							await arrived;
							answered({...rate});
						}
					},
					{signal: controller.signal},
				) as Promise<void>;
				pending.push({controller, work: work.catch(error => expect(error).toBe('aborted'))});
			};
			const play = async () => {
				for (const {requests, rate: newRate, pause, abort, stall, after} of steps) {
					for (const [travel, isAnswered] of requests) {
						ask(travel, isAnswered);
					}

					if (newRate) {
						rate = newRate;
						throttle.observe?.(rate);
					}

					if (pause !== null) {
						pausedUntil = Math.max(pausedUntil, time.now() + pause);
						void throttle.pause(pause);
					}

					if (abort) {
						pending.at(-1)?.controller.abort('aborted');
					}

					time.block(stall);
					await new Promise(resolve => setTimeout(resolve, after));
				}

				await Promise.all(pending.map(({work}) => work));
				// The last ones may still be on their way: a turn, and at most 499 milliseconds.
				await new Promise(resolve => setTimeout(resolve, 502));
			};
			await time.settle(play());
			expect(time.timerCount()).toBe(0);
		}),
		{
			numRuns: 150,
			// A request that arrives in the last millisecond in which the test looks.
			examples: [
				[
					[
						{
							requests: [[499, false]],
							rate: {limit: 1, interval: 50},
							pause: 1,
							abort: false,
							stall: 0,
							after: 0,
						},
					],
				],
			],
		},
	);
});
