import {spawn} from 'node:child_process';
import {getEventListeners, once} from 'node:events';
import {Readable} from 'node:stream';
import {text} from 'node:stream/consumers';
import {ReadableStream} from 'node:stream/web';
import {inspect} from 'node:util';
import {afterAll, afterEach, beforeAll, describe, expect, jest, test} from '@jest/globals';
import {
	type Page,
	type PaginateOptions,
	PaginationError,
	pages,
	paginate,
	type Thread,
	type Throttle,
} from '../lib/index.ts';
import {createSandbox, type Fault, type StartedSandbox, startSandbox} from '../lib/sandbox/index.ts';
import {flush, settle, useFakeClock} from './support/clock.ts';
import {collect} from './support/collect.ts';
import {collectGarbage} from './support/garbage.ts';

const started: StartedSandbox[] = [];
const rejections: unknown[] = [];
const onRejection = (reason: unknown) => rejections.push(reason);

beforeAll(() => {
	process.on('unhandledRejection', onRejection);
});

afterEach(async () => {
	jest.useRealTimers();
	await Promise.all(started.splice(0).map(sandbox => sandbox.close()));
	await new Promise(resolve => setTimeout(resolve, 20));
	expect(rejections).toEqual([]);
});

afterAll(() => {
	process.off('unhandledRejection', onRejection);
});

/** A HubSpot over real HTTP whose requests, from the second on, never end. */
async function startHanging(stall: 'headers' | 'body') {
	const sandbox = await startSandbox({
		threads: 100,
		faults: ({number}): Fault | undefined => (number > 1 ? {stall} : undefined),
	});
	started.push(sandbox);
	return sandbox;
}

const optionsFor = (sandbox: StartedSandbox): PaginateOptions => ({
	accessToken: sandbox.accessToken,
	baseUrl: sandbox.url,
	pageSize: 5,
});

/** Until the request that hangs has reached the server. */
async function until(condition: () => boolean) {
	while (!condition()) {
		await new Promise(resolve => setTimeout(resolve, 5));
	}
}

describe.each(['headers', 'body'] as const)(
	'promise 4: a server that stalls in the %s is not waited for',
	stall => {
		/** Begins a walk, lets the given way stop it while the second request hangs, and sees that request aborted. */
		async function stopWith(
			stop: (walk: AsyncGenerator<Thread, void>, sandbox: StartedSandbox) => Promise<unknown>,
		) {
			const sandbox = await startHanging(stall);
			const walk = paginate(optionsFor(sandbox));
			const isHanging = () =>
				sandbox.requests.length === 2 && sandbox.requests[1]?.status === (stall === 'body' ? 200 : undefined);
			await walk.next();
			await until(isHanging);
			await stop(walk, sandbox);
			expect(await walk.next()).toEqual({done: true, value: undefined});
			await until(() => sandbox.requests[1]?.isAborted === true);
			expect(sandbox.requests).toHaveLength(2);
		}

		test('return(), after garbage was collected', () =>
			stopWith(async walk => {
				// Node's fetch hears of an abort through the request, which nobody else holds.
				for (let times = 0; times < 3; times++) {
					collectGarbage();
					await new Promise(resolve => setTimeout(resolve, 5));
				}

				await walk.return();
			}));

		test('break', () =>
			stopWith(async walk => {
				for await (const _thread of walk) {
					break;
				}
			}));

		test('return(), while a next() is pending', () =>
			stopWith(async walk => {
				for (let thread = 1; thread < 5; thread++) {
					await walk.next();
				}

				const pending = walk.next();
				expect(await walk.return()).toEqual({done: true, value: undefined});
				expect(await pending).toEqual({done: true, value: undefined});
			}));

		test('throw(), while a next() is pending', () =>
			stopWith(async walk => {
				for (let thread = 1; thread < 5; thread++) {
					await walk.next();
				}

				const pending = walk.next();
				const error = new Error('mine');
				await expect(walk.throw(error)).rejects.toBe(error);
				expect(await pending).toEqual({done: true, value: undefined});
			}));

		test('an error in the loop', () =>
			stopWith(async walk => {
				const error = new Error('mine');
				const loop = async () => {
					for await (const _thread of walk) {
						throw error;
					}
				};
				await expect(loop()).rejects.toBe(error);
			}));

		test('Readable.from(…).destroy()', () =>
			stopWith(async walk => {
				const readable = Readable.from(walk);
				readable.resume();
				await new Promise(resolve => setTimeout(resolve, 20));
				readable.destroy();
				await once(readable, 'close');
			}));

		test('ReadableStream.from(…).cancel()', () =>
			stopWith(async walk => {
				const reader = ReadableStream.from(walk).getReader();
				for (let thread = 1; thread < 5; thread++) {
					await reader.read();
				}

				const pending = reader.read();
				await reader.cancel();
				expect(await pending).toEqual({done: true, value: undefined});
			}));

		// What `await using` calls at the end of its block; Node 22 has no such statement.
		test('await using', () => stopWith(async walk => walk[Symbol.asyncDispose]()));

		test('an abort, while a next() is pending', async () => {
			const sandbox = await startHanging(stall);
			const controller = new AbortController();
			const reason = {why: 'enough'};
			const walk = paginate({...optionsFor(sandbox), signal: controller.signal});
			const collected = Array.fromAsync({[Symbol.asyncIterator]: () => walk});
			await until(() => sandbox.requests.length === 2);
			controller.abort(reason);
			await expect(collected).rejects.toBe(reason);
			expect(await walk.next()).toEqual({done: true, value: undefined});
			await until(() => sandbox.requests[1]?.isAborted === true);
			expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
		});
	},
);

test('promise 4: pages() stops in the same ways', async () => {
	const sandbox = await startHanging('headers');
	const walk = pages(optionsFor(sandbox));
	await walk.next();
	const pending = walk.next();
	await until(() => sandbox.requests.length === 2);
	expect(await walk.return()).toEqual({done: true, value: undefined});
	expect(await pending).toEqual({done: true, value: undefined});
	await until(() => sandbox.requests[1]?.isAborted === true);
});

describe.each(['return', 'throw'] as const)('promise 4: after %s() a walk is done', how => {
	// Draws between the page that comes and the call: so many microtasks are between the two.
	test.each(Array.from({length: 30}, (_, microtasks) => microtasks))(
		'%i microtasks after a page',
		async microtasks => {
			const after: Array<Promise<IteratorResult<Thread, void>>> = [];
			async function stop() {
				for (let turn = 0; turn < microtasks; turn++) {
					await undefined;
				}

				const stopped = how === 'return' ? walk.return() : walk.throw(new Error('mine'));
				after.push(walk.next(), walk.next());
				await stopped.catch(() => {});
				after.push(walk.next());
			}

			const fetch = async () => Response.json({results: ['1', '2', '3', '4'].map(id => ({id}))});
			const stops: Array<Promise<void>> = [];
			const walk = paginate({
				accessToken: 'token',
				fetch,
				onPage() {
					stops.push(stop());
				},
			});
			await walk.next();
			await Promise.all(stops);
			expect(await Promise.all(after)).toEqual(Array(3).fill({done: true, value: undefined}));
		},
	);
});

test.each(['rejects', 'throws'])('a hook that %s ends the walk, which can be resumed', async how => {
	for (const hook of ['onPage', 'onRetry', 'onThrottle']) {
		const {accessToken, fetch} = createSandbox({threads: 20, faults: {2: {status: 503}}});
		const mine = Object.assign(new RangeError('mine'), {why: 'because'});
		const options: PaginateOptions = {
			accessToken,
			fetch,
			pageSize: 5,
			retry: {minTimeout: 1},
			throttle: {limit: 1, interval: 20},
			[hook]:
				how === 'throws'
					? () => {
							throw mine;
						}
					: async () => {
							throw mine;
						},
		};
		const {error} = await collect(paginate(options));
		expect(error).toBeInstanceOf(PaginationError);
		expect(error).toMatchObject({message: `The \`${hook}\` function failed`});
		expect((error as PaginationError).cause).toBe(mine);
		expect((inspect(error).match(/mine/g) ?? []).length).toBe(1);
		expect((error as PaginationError).resume.after === null).toBe(hook === 'onPage');
	}
});

test('a hook that does not end is stopped with its walk', async () => {
	const {accessToken, fetch} = createSandbox({threads: 20});
	const walk = paginate({accessToken, fetch, onPage: () => new Promise(() => {})});
	const pending = walk.next();
	await flush();
	await walk.return();
	expect(await pending).toEqual({done: true, value: undefined});
});

describe('promise 4: nothing is left', () => {
	test('no listener on the signal after a whole walk, and no warning in a long one', async () => {
		const warnings: Error[] = [];
		const onWarning = (warning: Error) => warnings.push(warning);
		process.on('warning', onWarning);
		const {accessToken, fetch} = createSandbox({threads: 60, rateLimit: false});
		const {signal} = new AbortController();
		await Array.fromAsync(paginate({accessToken, fetch, signal, pageSize: 1, throttle: {limit: 1000}}));
		await flush();
		process.off('warning', onWarning);
		expect(getEventListeners(signal, 'abort')).toEqual([]);
		expect(warnings).toEqual([]);
	});

	test('no listener on the signal of the walk either, which a throttle is given', async () => {
		const {accessToken, fetch} = createSandbox({threads: 30, faults: {2: {status: 503}}});
		const signals = new Set<AbortSignal>();
		const throttle: Throttle = {
			async acquire({signal} = {}) {
				if (signal) {
					signals.add(signal);
				}
			},
			pause() {},
		};
		await Array.fromAsync(paginate({accessToken, fetch, throttle, pageSize: 5, retry: {minTimeout: 1}}));
		expect(signals.size).toBe(1);
		for (const signal of signals) {
			expect(getEventListeners(signal, 'abort')).toEqual([]);
		}
	});

	test('no timer after a break, in a request, in the throttle or in a retry', async () => {
		useFakeClock();
		const cases: Array<[Fault[], Partial<PaginateOptions>]> = [
			[[{}, {stall: 'headers'}], {}],
			[[{}, {stall: 'body'}], {}],
			[[], {throttle: {limit: 1}}],
			[[{}, {status: 503}], {}],
			[[{}, {status: 429}], {}],
		];
		for (const [faults, options] of cases) {
			const {accessToken, fetch} = createSandbox({threads: 20, faults: ({number}) => faults[number - 1]});
			const walk = paginate({accessToken, fetch, pageSize: 5, ...options} as PaginateOptions);
			await settle(walk.next());
			await jest.advanceTimersByTimeAsync(1);
			expect(jest.getTimerCount()).toBeGreaterThan(0);
			await walk.return();
			await flush();
			expect(jest.getTimerCount()).toBe(0);
		}
	});

	test('the process can exit, though HubSpot hangs, a retry waits, or the throttle is full', async () => {
		const source = `
			import {paginate} from 'hubspot-threads';
			import {createSandbox, startSandbox} from 'hubspot-threads/sandbox';
			const sandbox = await startSandbox({faults: {2: {stall: 'headers'}}});
			const walks = [
				{accessToken: sandbox.accessToken, baseUrl: sandbox.url},
				...[{2: {status: 503, headers: {'retry-after': '60'}}}, {2: {status: 429}}, {}].map(faults => {
					const {accessToken, fetch} = createSandbox({faults});
					return {accessToken, fetch, throttle: {limit: Object.keys(faults).length === 0 ? 1 : 100, interval: 60_000}};
				}),
			].map(options => paginate({...options, pageSize: 5}));
			for (const walk of walks) {
				for await (const thread of walk) {
					await new Promise(resolve => setTimeout(resolve, 50));
					break;
				}
			}
			await sandbox.close();
			console.log('done');
		`;
		const child = spawn(process.execPath, ['--input-type=module', '--eval', source], {
			stdio: ['ignore', 'pipe', 'inherit'],
		});
		const output = text(child.stdout);
		// It would take a minute if anything were left; Jest gives it five seconds.
		expect(await once(child, 'exit')).toEqual([0, null]);
		expect(await output).toBe('done\n');
	});
});

describe('promise 5: an abort rejects with the reason of the signal', () => {
	const reason = {why: 'stop'};
	const cases: Array<[string, Fault[], Partial<PaginateOptions>]> = [
		['in a request', [{stall: 'headers'}], {}],
		['in a body', [{stall: 'body'}], {}],
		['in the body of an error', [{status: 500, body: 'x'.repeat(1000), stall: 'body'}], {}],
		['in a retry’s wait', [{status: 503}], {}],
		['in a wait that HubSpot asks for', [{status: 503, headers: {'retry-after': '30'}}], {}],
		['in a pause', [{status: 429}], {}],
		['in the latency', [{latency: 5000}], {}],
		['in the throttle’s queue', [], {throttle: {limit: 1}, readAhead: 0}],
		[
			'in a throttle of one’s own that does not look at it',
			[],
			{throttle: {acquire: () => new Promise(() => {}), pause() {}}},
		],
		['in a fetch that does not look at it', [], {fetch: () => new Promise(() => {})}],
		['in an accessToken function', [], {accessToken: () => new Promise<string>(() => {})}],
		[
			'in a schema',
			[],
			{schema: {'~standard': {version: 1, vendor: 'test', validate: () => new Promise(() => {})}}},
		],
	];

	test.each(cases)('%s', async (name, faults, options) => {
		useFakeClock();
		const {accessToken, fetch} = createSandbox({threads: 20, faults: ({number}) => faults[number - 1]});
		const controller = new AbortController();
		const {signal} = controller;
		const walk = pages({accessToken, fetch, signal, pageSize: 5, ...options} as PaginateOptions);
		if (name.endsWith('queue')) {
			await settle(walk.next());
		}

		const outcome = walk.next().then(
			() => 'a page',
			(error: unknown) => error,
		);
		await jest.advanceTimersByTimeAsync(300);
		controller.abort(reason);
		await flush();
		expect(await Promise.race([outcome, Promise.resolve('nothing yet')])).toBe(reason);
		await flush();
		expect(jest.getTimerCount()).toBe(0);
		expect(getEventListeners(signal, 'abort')).toEqual([]);
		expect(await walk.next()).toEqual({done: true, value: undefined});
	});

	test('before the first request, which is never made', async () => {
		const {accessToken, fetch, requests} = createSandbox();
		const walk = paginate({accessToken, fetch, signal: AbortSignal.abort(reason)});
		await expect(walk.next()).rejects.toBe(reason);
		expect(await walk.next()).toEqual({done: true, value: undefined});
		expect(requests).toHaveLength(0);
	});

	test('while items are consumed, before the next one', async () => {
		const {accessToken, fetch} = createSandbox({threads: 20});
		for (const stopAt of [1, 3, 5, 20]) {
			const controller = new AbortController();
			const seen: Thread[] = [];
			const loop = async () => {
				for await (const thread of paginate({accessToken, fetch, signal: controller.signal, pageSize: 5})) {
					seen.push(thread);
					if (seen.length === stopAt) {
						controller.abort(reason);
					}
				}
			};
			await expect(loop()).rejects.toBe(reason);
			expect(seen).toHaveLength(stopAt);
		}
	});

	test('while pages are consumed, though the next one is there', async () => {
		const {accessToken, fetch, requests} = createSandbox({threads: 20});
		const controller = new AbortController();
		const seen: Page[] = [];
		const loop = async () => {
			for await (const page of pages({accessToken, fetch, signal: controller.signal, pageSize: 5})) {
				seen.push(page);
				await until(() => requests[1]?.status === 200);
				controller.abort(reason);
			}
		};
		await expect(loop()).rejects.toBe(reason);
		expect(seen).toHaveLength(1);
	});

	test('timers get their turn between pages that come without I/O', async () => {
		const {accessToken, fetch} = createSandbox({threads: 100_000, rateLimit: false});
		const signal = AbortSignal.timeout(50);
		const walk = Array.fromAsync(
			paginate({accessToken, fetch, signal, pageSize: 1, throttle: {limit: 1_000_000}}),
		);
		await expect(walk).rejects.toBe(signal.reason ?? (await walk.catch((error: unknown) => error)));
		expect((signal.reason as Error).name).toBe('TimeoutError');
	});
});
