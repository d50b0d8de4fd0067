import {getEventListeners} from 'node:events';
import {afterEach, beforeEach, describe, expect, jest, test} from '@jest/globals';
import {
	type Batch,
	type Checkpoint,
	CursorLoopError,
	MalformedPageError,
	NoProgressError,
	PaginationError,
	ResponseError,
	type SyncOptions,
	sync,
} from '../lib/index.ts';
import {createSandbox, type SandboxOptions, startSandbox} from '../lib/sandbox/index.ts';
import {flush, settle, start, useFakeClock} from './support/clock.ts';
import {collect} from './support/collect.ts';
import {scripted} from './support/scripted.ts';

beforeEach(useFakeClock);
afterEach(() => {
	jest.useRealTimers();
});

const second = 1000;
const hour = 3600 * second;
const day = 24 * hour;

function setUp(options: SandboxOptions = {}, syncOptions: Partial<SyncOptions> = {}) {
	const sandbox = createSandbox({threads: 60, messageless: 0, ...options});
	const {accessToken, fetch} = sandbox;
	const ids = [...sandbox.threads].map(({id}) => id);
	return {sandbox, ids, options: {accessToken, fetch, pageSize: 10, ...syncOptions} as SyncOptions};
}

const idsOf = (batches: readonly Batch[]) => batches.flatMap(({threads}) => threads.map(({id}) => id));
const run = async (options: SyncOptions) => settle(Array.fromAsync(sync(options)));
const last = <T>(values: readonly T[]) => values.at(-1) as T;

/** HubSpot with these threads: each a time, in milliseconds since the start of the clock. */
function threadsAt(...times: number[]) {
	const [template] = createSandbox({threads: 1}).threads;
	return times.map((time, index) => ({
		...(template as NonNullable<typeof template>),
		id: String(1000 + index),
		latestMessageTimestamp: new Date(start + time).toISOString(),
	}));
}

describe('a run', () => {
	test('makes no request before the first next(), and none for a first one that is never asked for', async () => {
		const {sandbox, options} = setUp();
		const batches = sync(options);
		await flush();
		expect(await settle(batches.return())).toEqual({done: true, value: undefined});
		expect(sandbox.requests).toHaveLength(0);
	});

	test('delivers every thread, and ends with a finished checkpoint', async () => {
		const {ids, options} = setUp();
		const batches = await run(options);
		expect(idsOf(batches).sort()).toEqual(ids);
		expect(last(batches)).toMatchObject({progress: 1, checkpoint: {version: 1, scope: {}}});
		expect(last(batches).checkpoint.run).toBeUndefined();
		expect(batches.slice(0, -1).every(({checkpoint}) => checkpoint.run !== undefined)).toBe(true);
	});

	test('the last batch comes even when there is no thread at all', async () => {
		const {sandbox, options} = setUp({threads: 0});
		const since = new Date(start - 5 * day);
		expect(await run({...options, since})).toEqual([
			{
				threads: [],
				checkpoint: {version: 1, scope: {}, watermark: since.getTime()},
				observedAt: new Date(start),
				progress: 1,
				rateLimit: expect.objectContaining({limit: 190, remaining: 189, dailyRemaining: 624_999}),
			},
		]);
		// A first page without a cursor is the whole list.
		expect(sandbox.requests).toHaveLength(1);
	});

	test('asks for a list by time from a millisecond before 2000, with 500 threads a page', async () => {
		const {sandbox, options} = setUp({}, {pageSize: undefined, inboxId: 481939, associatedTicketId: 7});
		await run(options);
		expect(Object.fromEntries(sandbox.requests[0]?.parameters ?? [])).toEqual({
			associatedTicketId: '7',
			limit: '500',
			inboxId: '481939',
			sort: 'latestMessageTimestamp',
			latestMessageTimestampAfter: '1999-12-31T23:59:59.999Z',
		});
	});

	test('the end of the list is read with the largest page, for nothing else is read meanwhile', async () => {
		const minutes = Array.from({length: 60}, (_, index) => (index - 60) * 60 * second);
		const {sandbox, ids, options} = setUp({threads: threadsAt(-5 * day, -4 * day, -3 * day, ...minutes)});
		const batches = await run({...options, pageSize: 20});
		expect([...new Set(idsOf(batches))].sort()).toEqual(ids);
		const limits = sandbox.requests.map(({parameters}) => parameters.get('limit'));
		expect(limits).toEqual(['20', '500']);
	});

	test('the next one reads what came after the watermark, less the overlap', async () => {
		const threads = threadsAt(-3 * hour, -90 * 60 * second, -30 * 60 * second, -60 * second);
		const {sandbox, options} = setUp({threads});
		const {checkpoint} = last(await run(options));
		expect(checkpoint).toEqual({version: 1, scope: {}, watermark: start - 60 * second});
		jest.setSystemTime(start + 10 * 60 * second);
		sandbox.receiveMessage('1000', new Date(start + 5 * 60 * second));
		const before = sandbox.requests.length;
		const batches = await run({...options, checkpoint});
		expect(idsOf(batches)).toEqual(['1002', '1003', '1000']);
		expect(
			sandbox.requests
				.slice(before)
				.map(({url}) => new URL(url).searchParams.get('latestMessageTimestampAfter')),
		).toEqual([new Date(start - 60 * second - hour - 1).toISOString()]);
		expect(last(batches).checkpoint.watermark).toBe(start + 5 * 60 * second);
	});

	test('the watermark is never ahead of HubSpot’s clock, nor behind itself', async () => {
		const {options} = setUp({threads: threadsAt(-day, 30 * day)});
		const first = await run(options);
		expect(idsOf(first)).toEqual(['1000', '1001']);
		expect(last(first).checkpoint.watermark).toBe(start);
		const second = await run({...options, checkpoint: last(first).checkpoint});
		expect(idsOf(second)).toEqual(['1001']);
		expect(last(second).checkpoint.watermark).toBe(start);
	});

	test('`until` is exclusive, and there is no look at what changed meanwhile', async () => {
		const {sandbox, options} = setUp({threads: threadsAt(-5 * day, -4 * day, -3 * day, -2 * day)});
		const slice = {since: new Date(start - 4 * day), until: new Date(start - 2 * day)};
		const batches = await run({...options, ...slice});
		expect(idsOf(batches)).toEqual(['1001', '1002']);
		expect(last(batches).progress).toBe(1);
		expect(sandbox.requests).toHaveLength(1);
	});

	test('threads without a message are delivered where the list has them', async () => {
		const {ids, options} = setUp({messageless: 0.4, listsMessageless: true});
		expect(idsOf(await run({...options, concurrency: 1})).sort()).toEqual(ids);
	});

	test('`schema` and `onPage` as in paginate()', async () => {
		const counts: unknown[] = [];
		const {options} = setUp(
			{threads: 15, faults: {2: {status: 503}}},
			{
				concurrency: 1,
				retry: {minTimeout: 1},
				onPage: event => counts.push(event),
			},
		);
		const schema = {
			'~standard': {
				version: 1 as const,
				vendor: 'test',
				validate: (value: unknown) => ({value: Number((value as {id: string}).id)}),
			},
		};
		const batches = await settle(Array.fromAsync(sync({...options, schema})));
		expect(batches.flatMap(({threads}) => threads).every(Number.isSafeInteger)).toBe(true);
		expect(counts).toEqual([
			{pages: 1, items: 10, requests: 1, retries: 0},
			{pages: 2, items: 15, requests: 3, retries: 1},
			{pages: 3, items: 15, requests: 4, retries: 1},
		]);
	});
});

describe('progress', () => {
	test('is the share of the time that is done, without the years before the first thread', async () => {
		const times = Array.from({length: 11}, (_, index) => (index - 10) * 10 * day);
		const {options} = setUp({threads: threadsAt(...times)}, {pageSize: 4, concurrency: 1, overlap: 10 * day});
		const batches = await run(options);
		// Each page begins with the last two threads of the page before.
		expect(batches.map(({progress}) => progress)).toEqual(
			[0.2, 0.4, 0.6, 0.7, 0.9, 1].map(share => expect.closeTo(share, 10)),
		);
	});

	test('is 1 in the last batch only, though threads are dated in the future', async () => {
		const times = Array.from({length: 9}, (_, index) => (index - 1) * day);
		const {options} = setUp({threads: threadsAt(...times)}, {pageSize: 4, concurrency: 1});
		const batches = await run(options);
		expect(batches.map(({progress}) => progress)).toEqual([0, expect.closeTo(23 / 24, 10), 1]);
	});

	test('goes on where it was after a restart', async () => {
		const {options} = setUp({threads: 200}, {concurrency: 3});
		const all = await run(options);
		const {checkpoint, progress} = all[Math.floor(all.length / 2)] as Batch;
		const [next] = await run({...options, checkpoint});
		expect((next as Batch).progress).toBeGreaterThanOrEqual(progress);
	});
});

describe('the checkpoint', () => {
	test('is small with all ranges open', async () => {
		const {options} = setUp({threads: 2000, latency: 100}, {concurrency: 6});
		const batches = await run(options);
		const open = batches.map(({checkpoint}) => checkpoint.run?.ranges.length ?? 0);
		expect(Math.max(...open)).toBeGreaterThanOrEqual(6);
		expect(Math.max(...batches.map(({checkpoint}) => JSON.stringify(checkpoint).length))).toBeLessThan(1000);
	});

	const finished: Checkpoint = {version: 1, scope: {}, watermark: start};
	const runState = {startedAt: start, from: 1, ranges: [[1, null]]};
	test.each<[string, unknown, Partial<SyncOptions>, RegExp]>([
		['text', 'abc', {}, /^`checkpoint` must be a checkpoint of `sync\(\)`/],
		['an array', [], {}, /^`checkpoint` must be a checkpoint of `sync\(\)`/],
		['another object', {after: null}, {}, /^`checkpoint` must be a checkpoint of `sync\(\)`/],
		['another version', {...finished, version: 2}, {}, /^`checkpoint` must be of version 1/],
		['no scope', {version: 1, watermark: 1}, {}, /^`checkpoint` is malformed/],
		['no watermark', {version: 1, scope: {}}, {}, /^`checkpoint` is malformed/],
		['a watermark as text', {...finished, watermark: '1'}, {}, /^`checkpoint` is malformed/],
		['a run without ranges', {...finished, run: {...runState, ranges: []}}, {}, /^`checkpoint` is malformed/],
		[
			'a range without a start',
			{...finished, run: {...runState, ranges: [[]]}},
			{},
			/^`checkpoint` is malformed/,
		],
		[
			'a run that never began',
			{...finished, run: {...runState, startedAt: null}},
			{},
			/^`checkpoint` is malformed/,
		],
		['of another inbox', {...finished, scope: {inboxId: '1'}}, {inboxId: 2}, /with another `inboxId`/],
		['of all inboxes', finished, {inboxId: 2}, /with another `inboxId`/],
		['of archived threads', {...finished, scope: {archived: 'true'}}, {}, /with another `archived`/],
		['of another ticket', finished, {associatedTicketId: 7}, /with another `associatedTicketId`/],
		['of another account', {...finished, scope: {account: '1'}}, {account: 2}, /with another `account`/],
		['of an account, without one', {...finished, scope: {account: '1'}}, {}, /with another `account`/],
		[
			'with two open ends',
			{
				...finished,
				run: {
					...runState,
					ranges: [
						[1, null],
						[2, null],
					],
				},
			},
			{},
			/^`checkpoint` is malformed/,
		],
		['of another raw filter', finished, {searchParams: {assignedTo: 'A-1'}}, /with another `assignedTo`/],
		['of a slice', {...finished, scope: {until: '5'}}, {}, /with another `until`/],
	])('%s is refused at the call', (_, checkpoint, changes, message) => {
		const {options} = setUp({}, {...changes, checkpoint: checkpoint as Checkpoint} as Partial<SyncOptions>);
		const call = () => sync(options);
		expect(call).toThrow(TypeError);
		expect(call).toThrow(message);
	});

	test.each<[Partial<SyncOptions>, Partial<SyncOptions>]>([
		[{inboxId: 481939}, {inboxId: '481939'}],
		[{account: 7}, {account: '7'}],
		[{}, {association: 'TICKET', overlap: 0, concurrency: 1, pageSize: 3, since: '2020-01-01'}],
	])('of %j goes on with %j', async (first, second) => {
		const {options} = setUp();
		const {checkpoint} = last(await run({...options, ...first} as SyncOptions));
		expect(() => sync({...options, ...second, checkpoint} as SyncOptions)).not.toThrow();
	});

	test('is not written to', async () => {
		const {options} = setUp();
		const [{checkpoint}] = (await run(options)) as [Batch];
		const before = structuredClone(checkpoint);
		await run({...options, checkpoint});
		expect(checkpoint).toEqual(before);
	});
});

describe('options are refused at the call', () => {
	test.each<[object, RegExp]>([
		[{inboxId: [1, 2]}, /^`inboxId` must be one inbox/],
		[{sort: 'id'}, /^`sort` is not an option/],
		[{latestMessageTimestampAfter: '2026-01-01'}, /^`latestMessageTimestampAfter` is not an option/],
		[{after: 'abc'}, /^`after` is not an option/],
		[{maxItems: 1}, /^`maxItems` is not an option/],
		[{readAhead: 1}, /^`readAhead` is not an option/],
		[{searchParams: {sort: 'id'}}, /^`searchParams` must not hold `sort`/],
		[{searchParams: {limit: '1'}}, /^`searchParams` must not hold `limit`/],
		[{property: ['id', 'status']}, /^`property` must have `latestMessageTimestamp`/],
		[{property: 'id,status'}, /^`property` must have `latestMessageTimestamp`/],
		[{since: 'yesterday'}, /^`since` must be a Date/],
		[{until: 0}, /^`until` must be a Date/],
		[{overlap: -1}, /^`overlap` must be a whole number/],
		[{concurrency: 0}, /^`concurrency` must be a whole number/],
		[{pageSize: 501}, /^`pageSize` must be a whole number/],
		[{schema: {}}, /^`schema` must be a Standard Schema/],
		[{onPage: true}, /^`onPage` must be a function/],
		[
			{associatedContactId: 1, threadStatus: 'OPEN'},
			/^`(associatedContactId|threadStatus)` is no filter of a sync: /,
		],
		[
			{threadStatus: 'OPEN'},
			/^`threadStatus` is no filter of a sync: .* without a message.*`reconcile\(\)`.*`paginate\(\)`/,
		],
		[
			{archived: true},
			/^`archived` is no filter of a sync: .* without a message.*`reconcile\(\)`.*`paginate\(\)`/,
		],
		[{archived: false}, /^`archived` is no filter of a sync/],
		[{searchParams: {threadStatus: 'OPEN'}}, /^`threadStatus` is no filter of a sync/],
		[{searchParams: {archived: 'true'}}, /^`archived` is no filter of a sync/],
		[{searchParams: {associatedContactId: '1'}}, /^`associatedContactId` is no filter of a sync/],
		[{since: new Date(Date.now() + 1000)}, /^`since` must not be in the future/],
		[{since: '2026-01-01', until: '2025-12-31'}, /^`until` must not be before `since`/],
		[{account: ''}, /^`account` must be a name/],
		[{account: {}}, /^`account` must be a name/],
		[{messages: 1}, /^`messages` must be true or false/],
		[{originalContent: true}, /^`originalContent` must be true or false, and goes only with `messages`/],
		[{accessToken: ''}, /^`accessToken` must be/],
	])('%j', (changes, message) => {
		const call = () => sync({...setUp().options, ...changes} as SyncOptions);
		expect(call).toThrow(TypeError);
		expect(call).toThrow(message);
	});

	test('a list of properties with the timestamp is taken', () => {
		for (const property of ['id,latestMessageTimestamp', ['id', 'latestMessageTimestamp']]) {
			expect(() => sync({...setUp().options, property})).not.toThrow();
		}
	});
});

describe('promise 4: never a guess', () => {
	const at = (time: number) => new Date(start + time).toISOString();
	const next = (after: string) => ({paging: {next: {after}}});

	test('a list that is not in order', async () => {
		const results = [
			{id: '1', latestMessageTimestamp: at(2 - day)},
			{id: '2'},
			{id: '3', latestMessageTimestamp: at(1 - day)},
		];
		const page = {results};
		const {urls, options} = scripted(page, page, page);
		const {items, error} = await settle(collect(sync(options)));
		expect(items).toEqual([]);
		// It is asked for again first.
		expect(urls).toHaveLength(3);
		expect(error).toBeInstanceOf(MalformedPageError);
		expect((error as Error).message).toBe(
			"HubSpot's answer is not a list by time: `results[2].latestMessageTimestamp` is 2025-12-31T00:00:00.001Z, after 2025-12-31T00:00:00.002Z",
		);
	});

	test('a page that is in order when it is asked for again: both requests are counted', async () => {
		const [first, second] = [1, 2].map(time => ({id: String(time), latestMessageTimestamp: at(time - day)}));
		const {options} = scripted({results: [second, first]}, {results: [first, second]});
		const counts: unknown[] = [];
		const batches = await run({...options, onPage: event => counts.push(event)});
		expect(idsOf(batches)).toEqual(['1', '2']);
		expect(counts).toEqual([{pages: 1, items: 2, requests: 2, retries: 1}]);
	});

	test.each(['soon', 5, true])('a timestamp that is none: %j', async latestMessageTimestamp => {
		const {error} = await settle(
			collect(sync(scripted({results: [{id: '1', latestMessageTimestamp}]}).options)),
		);
		expect(error).toBeInstanceOf(MalformedPageError);
		expect((error as Error).message).toMatch(/`results\[0\]\.latestMessageTimestamp` is not a timestamp$/);
	});

	test('a cursor that comes again, with nothing new', async () => {
		const results = [{id: '1', latestMessageTimestamp: at(-day)}];
		const page = {results, ...next('A')};
		const {urls, options} = scripted(page, page, page, page, page, page);
		const {error} = await settle(collect(sync({...options, concurrency: 1, until: at(0)})));
		expect(error).toBeInstanceOf(CursorLoopError);
		expect(error).toMatchObject({cursor: 'A'});
		expect(urls.map(url => url.searchParams.get('after'))).toEqual([null, 'A', null, 'A', null, 'A']);
	});

	test('a millisecond that changes each time that it is read is handed over, and left behind', async () => {
		// 600 threads at one moment; the first of them is gone whenever its second page has been read.
		const time = -day;
		const {sandbox, ids, options} = setUp({
			threads: threadsAt(...Array(600).fill(time), time + 1),
			cursor: 'offset',
			faults({parameters}) {
				if (parameters.get('after')) {
					const [gone] = [...sandbox.threads].filter(thread => thread.latestMessageTimestamp === at(time));
					sandbox.receiveMessage(gone?.id as string, new Date());
				}

				return undefined;
			},
		});
		const batches = await run({...options, pageSize: 500});
		expect([...new Set(idsOf(batches))].sort()).toEqual(ids);
		// Ten times, and then what is behind it.
		expect(sandbox.requests.filter(({parameters}) => parameters.get('after')).length).toBe(10);
	});

	test('fresh cursors without end, and nothing new', async () => {
		let requests = 0;
		const fetch = async () =>
			Response.json({results: [{id: '1', latestMessageTimestamp: at(-day)}], ...next(`C${requests++}`)});
		const {error} = await settle(collect(sync({accessToken: 'token', fetch, until: at(0)})));
		expect(error).toBeInstanceOf(NoProgressError);
		expect(error).toMatchObject({pages: 500, resume: {checkpoint: {version: 1}}});
	});
});

describe('promise 5: a slow sink', () => {
	test.each([1, 2, 6])('is handed one batch, and %i more are held', async concurrency => {
		const {sandbox, options} = setUp({threads: 2000}, {concurrency});
		const batches = sync(options);
		for (let batch = 1; batch <= 20; batch++) {
			await settle(batches.next());
			await jest.advanceTimersByTimeAsync(60 * second);
			expect(sandbox.requests.length).toBeLessThanOrEqual(batch + concurrency);
		}

		expect(sandbox.requests).toHaveLength(20 + concurrency);
		await batches.return();
	});
});

describe('promise 6: stopping', () => {
	const reason = {why: 'stop'};

	async function begin(faults: SandboxOptions['faults'] = {}) {
		const sandbox = await startSandbox({threads: 20_000, spread: 'uniform', latency: 400, faults});
		const controller = new AbortController();
		const options = {accessToken: sandbox.accessToken, baseUrl: sandbox.url, signal: controller.signal};
		return {sandbox, controller, batches: sync({...options, pageSize: 10})};
	}

	async function until(condition: () => boolean) {
		while (!condition()) {
			await new Promise(resolve => setTimeout(resolve, 5));
		}
	}

	test.each<
		[string, (batches: AsyncGenerator<Batch, void>, controller: AbortController) => Promise<unknown>]
	>([
		['return(), as break does', async batches => batches.return()],
		[
			'return() while a next() is pending',
			async batches => {
				const pending = batches.next();
				await batches.return();
				expect(await pending).toEqual({done: true, value: undefined});
			},
		],
		[
			'an abort while a next() is pending',
			async (batches, controller) => {
				const pending = batches.next();
				controller.abort(reason);
				await expect(pending).rejects.toBe(reason);
			},
		],
		[
			'an abort while a batch is stored',
			async (batches, controller) => {
				controller.abort(reason);
				await expect(batches.next()).rejects.toBe(reason);
			},
		],
		['await using', async batches => batches[Symbol.asyncDispose]()],
	])('%s aborts all requests', async (_, stop) => {
		jest.useRealTimers();
		const {sandbox, controller, batches} = await begin(({number}) =>
			number > 1 ? {stall: 'headers'} : undefined,
		);
		try {
			await batches.next();
			await until(() => sandbox.requests.length >= 7);
			await stop(batches, controller);
			expect(await batches.next()).toEqual({done: true, value: undefined});
			await until(() => sandbox.requests.slice(1).every(({isAborted}) => isAborted === true));
			expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
		} finally {
			await sandbox.close();
		}
	});

	test('the first error is the one that is thrown, after what was there, with the checkpoint to go on from', async () => {
		const {sandbox, ids, options} = setUp({
			threads: 400,
			latency: 100,
			faults: ({number}) =>
				number >= 12 ? {status: number === 12 ? 400 : 403, latency: number === 12 ? 1 : 500} : {},
		});
		const {items, error} = await settle(collect(sync(options)));
		expect(error).toBeInstanceOf(ResponseError);
		expect(error).toMatchObject({status: 400, attempts: 1, resume: {checkpoint: last(items).checkpoint}});
		await flush();
		expect(jest.getTimerCount()).toBe(0);
		expect(sandbox.requests.filter(({isAborted}) => isAborted).length).toBeGreaterThan(0);

		const {fetch} = createSandbox({threads: 400, messageless: 0});
		const {resume} = error as PaginationError;
		const rest = await run({...options, ...JSON.parse(JSON.stringify(resume)), fetch});
		expect([...new Set([...idsOf(items), ...idsOf(rest)])].sort()).toEqual(ids);
		// What had been handed over does not come again, but for the last thread of each range.
		expect(idsOf(items).length + idsOf(rest).length).toBeLessThanOrEqual(ids.length + 12);
	});

	test('an error before the first batch goes on from where the run was to begin', async () => {
		const {options} = setUp({faults: {1: {status: 400}, 2: {status: 400}}});
		const first = await settle(collect(sync(options)));
		expect((first.error as PaginationError).resume).toEqual({});
		const checkpoint: Checkpoint = {version: 1, scope: {}, watermark: start - day};
		const second = await settle(collect(sync({...options, checkpoint})));
		expect((second.error as PaginationError).resume).toEqual({checkpoint});
	});

	test('what a callback throws is an error like others', async () => {
		const {options} = setUp(
			{},
			{
				onPage() {
					throw new Error('mine');
				},
			},
		);
		const {error} = await settle(collect(sync(options)));
		expect(error).toBeInstanceOf(PaginationError);
		expect(((error as Error).cause as Error).message).toBe('mine');
	});
});

describe('as fast as the limit and `concurrency` allow', () => {
	const pages = 400;

	test.each(['uniform', 'recent', 'tail', 'import'] as const)(
		'%s: within 10 %% of the ideal rounds, with at most 5 %% more requests',
		async spread => {
			const latency = second;
			const {sandbox, options} = setUp({threads: pages * 100, spread, latency, rateLimit: false});
			await run({...options, pageSize: 100, concurrency: 6, throttle: {limit: 1_000_000}});
			const rounds = (Date.now() - start) / latency;
			expect(rounds).toBeLessThanOrEqual((pages / 6) * 1.1);
			expect(sandbox.requests.length).toBeLessThanOrEqual(pages * 1.05);
		},
		30_000,
	);

	test.each(['uniform', 'tail'] as const)(
		'%s: 95 %% of 190 per 10 s at 250 ms, without a 429',
		async spread => {
			const {sandbox, options} = setUp({threads: 20_000, spread, latency: 250});
			await run({...options, pageSize: 20});
			const seconds = (Date.now() - start) / second;
			expect(sandbox.requests.every(({status}) => status === 200)).toBe(true);
			expect(sandbox.requests.length / seconds).toBeGreaterThanOrEqual(19 * 0.95);
		},
		30_000,
	);
});
