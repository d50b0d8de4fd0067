import {describe, expect, jest, test} from '@jest/globals';
import fc from 'fast-check';
import {
	MalformedPageError,
	type PageEvent,
	PaginationError,
	type ReconcileOptions,
	reconcile,
	type Thread,
} from '../lib/index.ts';
import {IdSet} from '../lib/reconcile/id-set.ts';
import {createSandbox, type SandboxOptions} from '../lib/sandbox/index.ts';
import {settle, start} from './support/clock.ts';
import {collect} from './support/collect.ts';
import {collectGarbage} from './support/garbage.ts';
import {expectNothingLeft} from './support/nothing-left.ts';

const throttle = {limit: 1_000_000};
jest.setTimeout(30_000);
expectNothingLeft();

/** Threads of the given ids, open, unless something is said of one. */
function createAccount(
	ids: readonly number[],
	changes: Readonly<Record<number, Partial<Thread>>> = {},
	options: SandboxOptions = {},
) {
	const threads = ids.map(
		(id): Thread => ({
			id: String(id),
			inboxId: '1',
			originalChannelId: '1000',
			originalChannelAccountId: '1',
			associatedContactId: '1',
			status: 'OPEN',
			createdAt: '2025-01-01T00:00:00.000Z',
			...changes[id],
		}),
	);
	const sandbox = createSandbox({threads, rateLimit: false, ...options});
	const {accessToken, fetch} = sandbox;
	const create = (more: Partial<ReconcileOptions>) =>
		reconcile({accessToken, fetch, throttle, known: [], ...more} as ReconcileOptions);
	return {
		...sandbox,
		create,
		run: (more: Partial<ReconcileOptions>) => settle(collect(create(more))),
		/** Paths and queries, as short as they can be. */
		asked: () =>
			sandbox.requests.map(({url}) => url.replace(/^.*\/threads/, '').replace(/after=[^&]+/, 'after')),
	};
}

const idsOf = (threads: ReadonlyArray<{readonly id: string}>) => threads.map(({id}) => id);

describe('what it hands over', () => {
	test('every thread of the list, page by page, then what is known and was not listed, and what is gone', async () => {
		const changes: Record<number, Partial<Thread>> = {
			2: {status: 'CLOSED'},
			6: {status: 'CLOSED', archived: true},
			7: {archived: true},
		};
		const {run, asked} = createAccount([1, 2, 3, 4, 5, 6, 7], changes, {latency: 100});
		const known = new Set(['5', '2', '6', '7', '8', '1']);
		const {items, error} = await run({threadStatus: 'OPEN', pageSize: 2, known});
		expect(error).toBeUndefined();
		expect(items.map(({threads, gone}) => [idsOf(threads), gone])).toEqual([
			[['1', '3'], []],
			[['4', '5'], []],
			[['2', '6'], []],
			[['7'], ['8']],
		]);
		expect(items[2]?.threads).toMatchObject([{status: 'CLOSED'}, {status: 'CLOSED', archived: true}]);
		expect(asked()).toEqual([
			'?threadStatus=OPEN&limit=2',
			'?threadStatus=OPEN&limit=2&after',
			'/2',
			'/6',
			'/7',
			'/8',
			'/6?archived=true',
			'/7?archived=true',
			'/8?archived=true',
			'/8',
		]);
	});

	test('an id that is known several times, as a string and as a number, is read once', async () => {
		const {run, asked} = createAccount([1, 2], {2: {status: 'CLOSED'}});
		const {items} = await run({threadStatus: 'OPEN', known: ['2', 2, 1, '2', '02', '1']});
		expect(items.map(({threads}) => idsOf(threads))).toEqual([['1'], ['2']]);
		expect(asked()).toEqual(['?threadStatus=OPEN&limit=500', '/2']);
	});

	test('with nothing known, it is a walk; with nothing listed, only reads; with nothing at all, no batch', async () => {
		const {run} = createAccount([1, 2, 3]);
		const listed = await run({known: [], pageSize: 2});
		expect(listed.items.map(({threads}) => idsOf(threads))).toEqual([['1', '2'], ['3']]);
		const read = await run({threadStatus: 'CLOSED', known: [1]});
		expect(read.items).toEqual([
			{threads: [expect.objectContaining({id: '1'})], gone: [], observedAt: new Date(start)},
		]);
		expect(await run({threadStatus: 'CLOSED', known: []})).toEqual({items: []});
	});

	test('a batch is of one second of HubSpot’s clock, which is the one that it tells', async () => {
		const ids = Array.from({length: 8}, (_, index) => index + 1);
		// Two reads are answered in each second; the sandbox answers when it is asked.
		const {create, fetch} = createAccount(ids);
		const reading = create({
			threadStatus: 'CLOSED',
			known: ids,
			fetch: async request => {
				const id = Number(new URL(request.url).pathname.split('/').at(-1));
				await new Promise(resolve => setTimeout(resolve, Math.floor((id || 0) / 2) * 1000));
				return fetch(request);
			},
		});
		const {items} = await settle(collect(reading));
		expect(items.map(({threads, observedAt}) => [observedAt.getTime() - start, idsOf(threads)])).toEqual([
			[0, ['1']],
			[1000, ['2', '3']],
			[2000, ['4', '5']],
			[3000, ['6', '7']],
			[4000, ['8']],
		]);
	});

	test('the rate limit comes along, of lists and of reads', async () => {
		const {run} = createAccount([1, 2], {2: {status: 'CLOSED'}}, {rateLimit: {limit: 50, daily: 1000}});
		const {items} = await run({threadStatus: 'OPEN', known: [2]});
		expect(items.map(({rateLimit}) => rateLimit)).toMatchObject([
			{limit: 50, dailyRemaining: 999},
			{limit: 50, dailyRemaining: 998},
		]);
	});

	test('the schema is applied to both, and may turn a thread into anything', async () => {
		const schema = {
			'~standard': {
				version: 1,
				vendor: 'test',
				validate: (value: unknown) =>
					(value as Thread).id === '3'
						? {issues: [{message: 'wrong'}]}
						: {value: BigInt((value as Thread).id)},
			},
		} as const;
		const {accessToken, fetch} = createAccount([1, 2, 3], {2: {status: 'CLOSED'}, 3: {status: 'CLOSED'}});
		const options = {accessToken, fetch, throttle, schema, threadStatus: 'OPEN'} as const;
		const {items} = await settle(collect(reconcile({...options, known: [1, 2]})));
		expect(items.map(({threads}) => threads)).toEqual([[1n], [2n]]);
		const {error} = await settle(collect(reconcile({...options, known: [3]})));
		expect(error).toBeInstanceOf(MalformedPageError);
		expect((error as Error).message).toBe('Thread 3 does not pass the `schema`: wrong');
	});

	test('what is to be said of a thread is asked for in both, what selects threads in the list only', async () => {
		const {run, asked} = createAccount([1], {1: {status: 'CLOSED'}});
		await run({
			inboxId: 1,
			threadStatus: 'OPEN',
			archived: false,
			association: 'TICKET',
			property: ['id', 'status'],
			searchParams: {x: 'y'},
			known: [1],
		});
		expect(asked()).toEqual([
			'?threadStatus=OPEN&archived=false&association=TICKET&property=id%2Cstatus&limit=500&inboxId=1&x=y',
			'/1?association=TICKET&property=id%2Cstatus',
		]);
	});

	test('`onPage` counts the pages of the list, and each batch of reads as one more', async () => {
		const {run} = createAccount(
			[1, 2, 3],
			{2: {status: 'CLOSED'}, 3: {archived: true}},
			{
				faults: {1: {status: 502}},
			},
		);
		const events: PageEvent[] = [];
		await run({threadStatus: 'OPEN', known: [2, 3, 4], onPage: event => events.push(event)});
		expect(events).toEqual([
			{pages: 1, items: 1, requests: 2, retries: 1},
			// One request for thread 2, two for the archived one, three for the one that is gone.
			{pages: 2, items: 3, requests: 8, retries: 1},
		]);
	});

	test('no row twice, none left out: whatever is listed, known and gone', async () => {
		const ids = fc.uniqueArray(fc.integer({min: 1, max: 60}), {maxLength: 40});
		await fc.assert(
			fc.asyncProperty(ids, ids, fc.integer({min: 1, max: 10}), async (there, known, pageSize) => {
				const closed = Object.fromEntries(
					there.filter(id => id % 3 === 0).map(id => [id, {status: 'CLOSED'}]),
				);
				const {run} = createAccount(there, closed);
				const {items, error} = await run({threadStatus: 'OPEN', known, pageSize});
				expect(error).toBeUndefined();
				const handedOver = items.flatMap(({threads}) => threads.map(({id}) => Number(id)));
				const wanted = there.filter(id => id % 3 !== 0 || known.includes(id));
				expect(handedOver.toSorted()).toEqual(wanted.toSorted());
				const gone = items.flatMap(({gone}) => gone.map(Number));
				expect(gone.toSorted()).toEqual(known.filter(id => !there.includes(id)).toSorted());
				expect(items.every(({threads, gone}) => threads.length + gone.length <= pageSize)).toBe(true);
			}),
			{numRuns: 60},
		);
	});
});

describe('`known`', () => {
	test('is read to its end before the first request, and not before the first `next()`', async () => {
		const {create, requests} = createAccount([1, 2, 3]);
		const events: string[] = [];
		async function* known() {
			for (const id of [1, 2, 3]) {
				events.push(`${id} after ${requests.length} requests`);
				yield id;
			}

			events.push(`end after ${requests.length} requests`);
		}

		const reading = create({known: known()});
		await jest.advanceTimersByTimeAsync(1000);
		expect(events).toEqual([]);
		await settle(reading.next());
		expect(events).toEqual([
			'1 after 0 requests',
			'2 after 0 requests',
			'3 after 0 requests',
			'end after 0 requests',
		]);
		await reading.return();
	});

	test('an iterable that hangs can be left, and one that is endless too', async () => {
		const {create, requests} = createAccount([1]);
		const hangs = create({known: {[Symbol.asyncIterator]: () => ({next: () => new Promise(() => {})})}});
		const pending = hangs.next();
		await jest.advanceTimersByTimeAsync(10);
		expect(await hangs.return()).toEqual({done: true, value: undefined});
		expect(await pending).toEqual({done: true, value: undefined});

		const state = {isClosed: false};
		async function* endless() {
			try {
				for (;;) {
					await new Promise(resolve => setTimeout(resolve, 100));
					yield 1;
				}
			} finally {
				state.isClosed = true;
			}
		}

		const reason = new Error('mine');
		const controller = new AbortController();
		const outcome = collect(create({known: endless(), signal: controller.signal}));
		await jest.advanceTimersByTimeAsync(1000);
		controller.abort(reason);
		expect((await outcome).error).toBe(reason);
		await jest.advanceTimersByTimeAsync(100);
		expect(state.isClosed).toBe(true);
		expect(requests).toHaveLength(0);
	});

	test('a failure of it, and an id that is none, end the pass before a request is made', async () => {
		const {run, requests} = createAccount([1]);
		const failure = new Error('the database is away');
		async function* fails() {
			yield 1;
			throw failure;
		}

		const {error} = await run({known: fails()});
		expect(error).toBeInstanceOf(PaginationError);
		expect(error).toMatchObject({cause: failure, resume: {}});
		for (const wrong of ['x', '', '12345678901234567890', -1, null]) {
			const {error} = await run({known: new Set([1, wrong]) as Set<number>});
			expect((error as Error).message).toMatch(/`known` must be .*: digits/);
		}

		expect(requests).toHaveLength(0);
	});

	test('the ids are kept as a set would keep them', () => {
		const id = fc.oneof(
			fc.integer({min: 0, max: 30}).map(String),
			fc.bigInt({min: 0n, max: 10n ** 19n - 1n}).map(String),
		);
		fc.assert(
			fc.property(
				fc.array(id),
				fc.array(fc.oneof(id, fc.constantFrom('x', '', '9'.repeat(30)))),
				(added, taken) => {
					const ids = new IdSet();
					for (const id of added) {
						ids.add(id);
					}

					ids.close();
					for (const id of taken) {
						ids.take(id);
					}

					expect([...ids].sort()).toEqual([...new Set(added).difference(new Set(taken))].sort());
				},
			),
			{numRuns: 500},
		);
	});

	test('an id is kept in 9 bytes', () => {
		jest.useRealTimers();
		const used = () => {
			// The second time, what the first has freed is given back.
			collectGarbage();
			collectGarbage();
			const {heapUsed, arrayBuffers} = process.memoryUsage();
			return heapUsed + arrayBuffers;
		};
		const count = 300_000;
		const before = used();
		const ids = new IdSet();
		for (let index = 0; index < count; index++) {
			ids.add(String(8_200_000_000 + 13 * index));
		}

		expect((used() - before) / count).toBeLessThan(24);
		ids.close();
		expect((used() - before) / count).toBeLessThan(9.5);
		ids.take('8200000000');
		expect(ids[Symbol.iterator]().next().value).toBe('8200000013');
	});
});

describe('when it fails', () => {
	test.each([
		[1, 'the list', []],
		[2, 'its second page', [['1', '2']]],
		[3, 'a read by id', [['1', '2'], ['3']]],
	])(
		'request %i, %s: the batches before it, and a `resume` that starts over',
		async (number, _what, before) => {
			const {run} = createAccount(
				[1, 2, 3, 4],
				{4: {status: 'CLOSED'}},
				{faults: {[number]: {status: 403, body: {category: 'MISSING_SCOPES'}}}},
			);
			const options = {threadStatus: 'OPEN', pageSize: 2, known: [4]} as const;
			const {items, error} = await run(options);
			expect(items.map(({threads}) => idsOf(threads))).toEqual(before);
			expect(error).toMatchObject({status: 403, resume: {}});
			const again = await run({...options, ...(error as PaginationError).resume} as typeof options);
			expect(again.items.flatMap(({threads}) => idsOf(threads))).toEqual(['1', '2', '3', '4']);
		},
	);

	test('the 404 page of a proxy says nothing about a thread', async () => {
		const {run} = createAccount([1], {}, {faults: {2: {status: 404, body: '<html>Not found</html>'}}});
		const {items, error} = await run({known: [2]});
		expect(items.flatMap(({gone}) => gone)).toEqual([]);
		expect(error).toMatchObject({status: 404, resume: {}});
	});

	test.each([1, 2, 3])(
		'a thread is gone only after the third 404: not when answer %i is a failure',
		async nth => {
			const {run} = createAccount([1], {}, {faults: {[1 + nth]: {status: 400}}});
			const {items, error} = await run({known: [2]});
			expect(items.flatMap(({gone}) => gone)).toEqual([]);
			expect(error).toMatchObject({status: 400});
		},
	);

	test('a thread that is restored between the first two answers is not gone', async () => {
		const {run, restoreThread} = createAccount(
			[1, 2],
			{2: {archived: true}},
			{
				faults({number}) {
					if (number === 3) {
						restoreThread('2');
					}

					return undefined;
				},
			},
		);
		const {items} = await run({known: [2]});
		expect(items.map(({threads, gone}) => [idsOf(threads), gone])).toEqual([
			[['1'], []],
			[['2'], []],
		]);
	});

	test('`break` and an abort stop it while it reads by id', async () => {
		const known = Array.from({length: 200}, (_, index) => index + 1);
		const {create, requests} = createAccount([], {}, {latency: 100_000});
		const reading = create({known, timeout: 200_000});
		const pending = reading.next();
		await jest.advanceTimersByTimeAsync(100_010);
		expect(requests).toHaveLength(1 + 64);
		await reading.return();
		expect(await pending).toEqual({done: true, value: undefined});
		await jest.advanceTimersByTimeAsync(0);
		expect(requests.filter(({isAborted}) => isAborted)).toHaveLength(64);

		const reason = new Error('mine');
		await expect(create({signal: AbortSignal.abort(reason)}).next()).rejects.toBe(reason);
	});

	test('a slow consumer slows the reads down', async () => {
		const known = Array.from({length: 300}, (_, index) => index + 1);
		const {create, requests} = createAccount(known);
		const reading = create({threadStatus: 'CLOSED', known, pageSize: 10});
		await settle(reading.next());
		await jest.advanceTimersByTimeAsync(100_000);
		// The list, the batch, the one that showed that it is whole, and 64 that wait.
		expect(requests.length).toBeLessThanOrEqual(1 + 10 + 1 + 64);
		await reading.return();
	});
});

describe('options', () => {
	test.each<[object, RegExp]>([
		[{known: undefined}, /^`known` must be an array/],
		[{known: '123'}, /^`known` must be an array/],
		[{known: [1, 'x']}, /^`known` must be one of HubSpot's ids: digits$/],
		[{known: ['12345678901234567890']}, /^`known` must be ids of HubSpot's: digits, 19 at most$/],
		[{inboxId: [1, 2]}, /^`inboxId` must be one inbox: each is a list of its own/],
		[{inboxId: [1]}, /^`inboxId` must be one inbox/],
		[{threadStatus: 'OLD'}, /^`threadStatus` must be 'OPEN' or 'CLOSED'$/],
		[{archived: 'yes'}, /^`archived` must be true or false$/],
		[{associatedContactId: 1}, /^`associatedContactId` requires `threadStatus`/],
		[
			{associatedContactId: 1, threadStatus: 'OPEN', inboxId: 2},
			/^`associatedContactId` cannot go with `inboxId`/,
		],
		[{sort: 'id'}, /^`sort` is not an option/],
		[{latestMessageTimestampAfter: new Date()}, /^`latestMessageTimestampAfter` is not an option/],
		[{after: 'x'}, /^`after` is not an option/],
		[{maxItems: 5}, /^`maxItems` is not an option/],
		[{readAhead: 5}, /^`readAhead` is not an option/],
		[{pageSize: 501}, /^`pageSize` must be a whole number from 1 to 500$/],
		[{association: 'CONTACT'}, /^`association` must be 'TICKET'$/],
		[{property: []}, /^`property` must be the name of a property/],
		[{schema: {}}, /^`schema` must be a Standard Schema$/],
		[{onPage: 1}, /^`onPage` must be a function$/],
		...['sort', 'limit', 'latestMessageTimestampAfter', 'property', 'association'].map(
			(name): [object, RegExp] => [
				{searchParams: {[name]: '1'}},
				new RegExp(`^\`searchParams\` must not hold \`${name}\``),
			],
		),
		[{searchParams: {after: 'x'}}, /^`searchParams` must not hold `after`/],
	])('%j is refused at the call', (options, message) => {
		const call = () => reconcile({accessToken: 'token', known: [], ...options} as ReconcileOptions);
		expect(call).toThrow(TypeError);
		expect(call).toThrow(message);
	});

	test('the threads of a contact, or of a ticket, are a list like any other', async () => {
		const {run, asked} = createAccount([1], {1: {associatedContactId: '7'}});
		await run({associatedContactId: 7, threadStatus: 'CLOSED', known: [1]} as Partial<ReconcileOptions>);
		await run({associatedTicketId: 8, known: [1]});
		expect(asked()).toEqual([
			'?associatedContactId=7&threadStatus=CLOSED&limit=500',
			'/1',
			'?associatedTicketId=8&limit=500',
			'/1',
		]);
	});
});
