import {execFile} from 'node:child_process';
import {promisify} from 'node:util';
import {afterEach, beforeEach, describe, expect, jest, test} from '@jest/globals';
import {type Batch, type PaginationError, type SyncOptions, sync} from '../lib/index.ts';
import {createSandbox, type SandboxOptions} from '../lib/sandbox/index.ts';
import {settle, start, useFakeClock} from './support/clock.ts';
import {collect} from './support/collect.ts';

beforeEach(useFakeClock);
afterEach(() => {
	jest.useRealTimers();
});

const second = 1000;
const hour = 3600 * second;
const day = 24 * hour;

const run = (options: SyncOptions) => settle(Array.fromAsync(sync(options)));
const last = <T>(values: readonly T[]) => values.at(-1) as T;
const idsOf = (batches: readonly Batch[]) => batches.flatMap(({threads}) => threads.map(({id}) => id));

/** No page has more, also where more is asked for: the closing pass has several pages, too. */
const short = {size: 20};

/** Forty threads, an hour and a half apart; `gap` sets another distance. */
function setUp(sandboxOptions: SandboxOptions = {}, gap = 1.5 * hour) {
	const [template] = createSandbox({threads: 1}).threads;
	const threads = Array.from({length: 40}, (_, index) => ({
		...(template as NonNullable<typeof template>),
		id: String(100 + index),
		createdAt: new Date(start - 80 * hour).toISOString(),
		latestMessageTimestamp: new Date(start - (40 - index) * gap).toISOString(),
	}));
	const sandbox = createSandbox({threads, indexLag: 60 * second, latency: 100, ...sandboxOptions});
	const {accessToken, fetch} = sandbox;
	return {sandbox, ids: threads.map(({id}) => id), options: {accessToken, fetch, pageSize: 20}};
}

describe('promise 1: a row that is shown with a later time than its place', () => {
	/** A thread gets a message just before the request of this number is answered. */
	const cases = [1, 2, 3].flatMap(request => [0, 5, 18, 19, 20, 38, 39].map(row => [request, row] as const));

	test.each(cases)('request %i, row %i of a first load', async (request, row) => {
		const {sandbox, ids, options} = setUp({
			faults({number}) {
				if (number === request) {
					sandbox.receiveMessage(ids[row] as string);
				}

				return short;
			},
		});
		for (const concurrency of [1, 6]) {
			expect([...new Set(idsOf(await run({...options, concurrency})))].sort()).toEqual(ids);
		}
	});

	test.each(cases)(
		'request %i, row %i of a run that has a minute between its threads',
		async (request, row) => {
			let number = 0;
			const {sandbox, ids, options} = setUp(
				{
					faults() {
						number++;
						if (number === request) {
							sandbox.receiveMessage(ids[row] as string);
						}

						return short;
					},
				},
				60 * second,
			);
			const checkpoint = {version: 1 as const, scope: {}, watermark: start - 5 * 60 * second};
			expect([...new Set(idsOf(await run({...options, checkpoint})))].sort()).toEqual(ids);
		},
	);

	test.each([1, 6])(
		'the last row of a page is dated back further than `overlap`: an error, not a gap, %i at a time',
		async concurrency => {
			const {sandbox, ids, options} = setUp({
				faults({number}) {
					if (number === 1) {
						sandbox.receiveMessage(ids[19] as string, new Date(start - 10 * hour));
					}

					return short;
				},
			});
			const {items, error} = await settle(collect(sync({...options, concurrency})));
			expect((error as Error).message).toMatch(/^HubSpot's answer is not a list by time: /);
			jest.advanceTimersByTime(60 * second);
			const rest = await run({...options, concurrency, ...(error as PaginationError).resume});
			expect([...new Set(idsOf([...items, ...rest]))].sort()).toEqual(ids);
		},
	);
});

test('promise 2: a run begins when the list was read, not when the answer was dated', async () => {
	const {options} = setUp();
	const dated = async (request: Request) => {
		const response = await options.fetch(request);
		await new Promise(resolve => setTimeout(resolve, 2 * second));
		const headers = new Headers(response.headers);
		headers.set('date', new Date().toUTCString());
		return new Response(response.body, {status: response.status, headers});
	};
	const batches = sync({...options, fetch: dated});
	const {value} = await settle(batches.next());
	expect((value as Batch).checkpoint.run?.startedAt).toBeLessThanOrEqual(start);
	await settle(batches.return());
});

describe('promise 4', () => {
	test('after a week’s pause before the closing pass, the week is read side by side, and not again', async () => {
		const sandbox = createSandbox({
			threads: 2000,
			messageless: 0,
			spread: 'uniform',
			latency: second,
			rateLimit: false,
		});
		const {accessToken, fetch} = sandbox;
		const options = {accessToken, fetch, pageSize: 20, throttle: {limit: 190}};
		let checkpoint: Batch['checkpoint'] | undefined;
		let reached = 0;
		await settle(
			(async () => {
				// With one reader the last page before the closing pass has threads, so it is handed over.
				for await (const batch of sync({...options, concurrency: 1})) {
					checkpoint = batch.checkpoint;
					reached = batch.progress;
					const ranges = checkpoint.run?.ranges ?? [];
					if (ranges.length === 1 && ranges[0]?.[1] === null) {
						break;
					}
				}
			})(),
		);
		expect(reached).toBeLessThan(1);
		const pausedAt = Date.now();
		jest.setSystemTime(pausedAt + 7 * day);
		const moved = [...sandbox.threads].slice(0, 1500);
		for (const [index, {id}] of moved.entries()) {
			sandbox.receiveMessage(id, new Date(pausedAt + ((index + 1) / 1501) * (7 * day - 2 * hour)));
		}

		const before = sandbox.requests.length;
		const began = Date.now();
		const batches = await run({...options, checkpoint: checkpoint as Batch['checkpoint']});
		expect(moved.every(({id}) => idsOf(batches).includes(id))).toBe(true);
		const requests = sandbox.requests.length - before;
		// 1,500 threads are 75 pages of 20, of a second each; one reader would need 84 seconds.
		expect((Date.now() - began) / second).toBeLessThanOrEqual(25);
		expect(requests).toBeLessThanOrEqual(110);
		// Also compared with the run before the pause.
		const progress = [reached, ...batches.map(({progress}) => progress)];
		expect(progress).toEqual(progress.toSorted((a, b) => a - b));

		const next = await run({...options, checkpoint: last(batches).checkpoint});
		expect(next).toHaveLength(1);
	});
});

test('promise 9: times without a zone are UTC, wherever the machine is', async () => {
	const code = `
		import {utcTime} from '${new URL('../lib/sync/utc.ts', import.meta.url)}';
		const times = ['2026-01-05T10:00:00', '2026-01-05T10:00:00.1234567', '2026-01-05', '2026-01-05T10:00:00+01:00', ''];
		console.log(JSON.stringify(times.map(utcTime)));
	`;
	const {stdout} = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code], {
		env: {...process.env, TZ: 'America/New_York'},
	});
	const ten = Date.UTC(2026, 0, 5, 10);
	expect(JSON.parse(stdout)).toEqual([ten, ten + 123, Date.UTC(2026, 0, 5), ten - hour, null]);
});
