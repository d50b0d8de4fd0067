import {describe, expect, jest, test} from '@jest/globals';
import fc from 'fast-check';
import {z} from 'zod';
import {
	type ConnectionOptions,
	CursorLoopError,
	MalformedPageError,
	PaginationError,
	paginate,
	paginateChannelAccounts,
	paginateChannels,
	paginateInboxes,
	paginateMessages,
	RequestError,
	ResponseError,
	type Resume,
	type Throttle,
	type WalkOptions,
} from '../lib/index.ts';
import {settle} from './support/clock.ts';
import {collect} from './support/collect.ts';
import {createListServer} from './support/list-server.ts';
import {expectNothingLeft} from './support/nothing-left.ts';

interface Item {
	readonly id: string;
}

type Options = ConnectionOptions & WalkOptions<Item>;
type Walk = (options: Options) => AsyncGenerator<Item, void>;

/** Every list, and what its requests look like. What is promised of one is promised of all. */
const lists: ReadonlyArray<[name: string, walk: Walk, path: string, query: readonly string[]]> = [
	['threads', options => paginate(options), 'threads', []],
	[
		'messages',
		options => paginateMessages({threadId: '8200000001', ...options}),
		'threads/8200000001/messages',
		['sort=-createdAt'],
	],
	['inboxes', options => paginateInboxes(options), 'inboxes', []],
	['channels', options => paginateChannels(options), 'channels', []],
	['channel accounts', options => paginateChannelAccounts(options), 'channel-accounts', []],
];

const token = 'pat-na1-0123456789-secret';
const ids = Array.from({length: 25}, (_, index) => `id${index}`);
const idsOf = (items: readonly Item[]) => items.map(({id}) => id);
expectNothingLeft();

function setUp(...[faults]: [faults?: Parameters<typeof createListServer>[1]]) {
	const server = createListServer(ids, faults);
	return {...server, options: {accessToken: token, fetch: server.fetch, pageSize: 10}};
}

describe.each(lists)('%s', (_, walk, path, query) => {
	const all = (options: Options) => settle(collect(walk(options)));

	test('no request before the first next()', async () => {
		const {options, requests} = setUp();
		const walked = walk(options);
		await walked.return();
		expect(await walked.next()).toEqual({done: true, value: undefined});
		expect(requests).toHaveLength(0);
	});

	test.each([
		['v3', 'conversations/v3/conversations'],
		['2026-09', 'conversations/conversations/2026-09'],
	] as const)('is asked for with GET, under the path of %s', async (apiVersion, root) => {
		const {options, requests} = setUp();
		await all({...options, apiVersion, maxPages: 1});
		const [request] = requests as [Request];
		const url = new URL(request.url);
		expect(request.method).toBe('GET');
		expect(url.origin + url.pathname).toBe(`https://api.hubapi.com/${root}/${path}`);
		expect([...url.searchParams].map(([name, value]) => `${name}=${value}`)).toEqual([...query, 'limit=10']);
		expect(request.headers.get('authorization')).toBe(`Bearer ${token}`);
	});

	test('asks for as many as HubSpot is known to give, unless told otherwise', async () => {
		const {options, requests} = setUp();
		await all({...options, pageSize: undefined});
		expect(new URL(requests[0]?.url ?? '').searchParams.get('limit')).toBe(
			path === 'threads' ? '500' : '100',
		);
	});

	test('only a missing cursor ends it: empty and short pages go on', async () => {
		const {options, requests} = setUp({1: {size: 0}, 2: {size: 0}, 3: {size: 3}, 4: {size: 0}});
		const {items, error} = await all(options);
		expect(error).toBeUndefined();
		expect(idsOf(items)).toEqual(ids);
		expect(requests).toHaveLength(7);
	});

	test.each([{}, {paging: null}, {paging: {}}, {paging: {next: null}}, {paging: {next: {after: ''}}}])(
		'%j is the end',
		async rest => {
			const {options, requests} = setUp({1: {body: {results: [{id: 'a'}], ...rest}}});
			expect(idsOf((await all(options)).items)).toEqual(['a']);
			expect(requests).toHaveLength(1);
		},
	);

	test('a cursor that was used before is an error', async () => {
		const page = {results: [{id: 'a'}], paging: {next: {after: 'A%3D'}}};
		const {options} = setUp({1: {body: page}, 2: {body: {...page, results: []}}});
		const {items, error} = await all(options);
		expect(idsOf(items)).toEqual(['a']);
		expect(error).toBeInstanceOf(CursorLoopError);
	});

	test('a cursor reaches HubSpot encoded once', async () => {
		const {options, requests} = setUp({
			1: {body: {results: [], paging: {next: {after: 'a%2Bb%2Fc%3D'}}}},
			2: {body: {results: []}},
		});
		await all(options);
		expect(requests[1]?.url).toMatch(/after=a%2Bb%2Fc%3D$/);
	});

	test('a failure at any request, of any kind, is resumed without a loss or a repetition', async () => {
		const faults = [{status: 400}, {status: 401}, {body: {}}, {body: {results: [{}]}}];
		await fc.assert(
			fc.asyncProperty(
				fc.integer({min: 1, max: 3}),
				fc.constantFrom(...faults),
				fc.integer({min: 0, max: 2}),
				async (number, fault, readAhead) => {
					const {options} = setUp({[number]: fault});
					const {items, error} = await all({...options, readAhead});
					expect(error).toBeInstanceOf(PaginationError);
					expect(items).toHaveLength((number - 1) * 10);
					const stored = JSON.parse(JSON.stringify((error as PaginationError).resume)) as Resume;
					const rest = await all({...options, fetch: createListServer(ids).fetch, ...stored} as Options);
					expect(idsOf([...items, ...rest.items])).toEqual(ids);
				},
			),
			{numRuns: 30},
		);
	});

	test('what can succeed the second time is tried again, each attempt with a slot of the shared throttle', async () => {
		let slots = 0;
		const throttle: Throttle = {
			acquire: async () => {
				slots++;
			},
			pause() {},
		};
		const {options, requests} = setUp({1: {status: 503}, 3: {status: 502}});
		const {items} = await all({...options, throttle});
		expect(idsOf(items)).toEqual(ids);
		await settle(collect(paginate({...options, throttle, fetch: createListServer(ids).fetch})));
		expect(requests).toHaveLength(5);
		expect(slots).toBe(5 + 3);
	});

	test('a request that hangs is given up after `timeout`, and made again', async () => {
		const {options, requests} = setUp({2: {hangs: true}});
		const {items} = await all({...options, timeout: 1000});
		expect(idsOf(items)).toEqual(ids);
		expect(requests).toHaveLength(4);
		expect(requests[1]?.signal.reason).toBeInstanceOf(RequestError);
	});

	test('an abort rejects with its reason and ends the request that hangs', async () => {
		const {options, requests} = setUp({2: {hangs: true}});
		const controller = new AbortController();
		const walked = walk({...options, signal: controller.signal, readAhead: 0});
		for (let item = 0; item < 10; item++) {
			await settle(walked.next());
		}

		const pending = walked.next();
		pending.catch(() => {});
		while (requests.length < 2) {
			await jest.advanceTimersByTimeAsync(1);
		}

		const reason = new Error('mine');
		controller.abort(reason);
		await expect(pending).rejects.toBe(reason);
		expect(requests[1]?.signal.aborted).toBe(true);
	});

	test('`break` ends the request that hangs', async () => {
		const {options, requests} = setUp({2: {hangs: true}});
		const walked = walk(options);
		await settle(walked.next());
		while (requests.length < 2) {
			await jest.advanceTimersByTimeAsync(1);
		}

		for await (const _ of walked) {
			break;
		}

		expect(requests[1]?.signal.aborted).toBe(true);
		expect(requests).toHaveLength(2);
	});

	test('a schema types and checks each item, and names the one that does not pass', async () => {
		const {options} = setUp();
		const schema = z.object({id: z.string()}).transform(({id}) => ({id: `${id}!`}));
		expect(idsOf((await all({...options, schema})).items)).toEqual(ids.map(id => `${id}!`));
		const strict = z.object({id: z.string().refine(id => id !== 'id12')});
		const {items, error} = await all({...options, schema: strict});
		expect(items).toHaveLength(10);
		expect(error).toBeInstanceOf(MalformedPageError);
		expect((error as Error).message).toMatch(/^\w+( \w+)? id12 does not pass the `schema`: `id`/);
		expect(error).toMatchObject({attempts: 1});
	});

	test('an error has no secret', async () => {
		const {options} = setUp({1: {status: 400, body: {message: `you sent ${token}`, category: token}}});
		const {error} = await all(options);
		expect(error).toBeInstanceOf(ResponseError);
		expect(JSON.stringify([error, (error as Error).message, (error as Error).stack])).not.toContain(token);
	});

	test('maxItems, maxPages and onPage', async () => {
		const {options, requests} = setUp();
		const events: unknown[] = [];
		const onPage = (event: unknown) => events.push(event);
		expect(idsOf((await all({...options, maxItems: 12, onPage})).items)).toEqual(ids.slice(0, 12));
		expect(requests.map(({url}) => new URL(url).searchParams.get('limit'))).toEqual(['10', '2']);
		expect(events).toEqual([
			{pages: 1, items: 10, requests: 1, retries: 0},
			{pages: 2, items: 12, requests: 2, retries: 0},
		]);
		expect(idsOf((await all({...options, maxPages: 1})).items)).toEqual(ids.slice(0, 10));
	});

	test('the options are never written to', async () => {
		const {options} = setUp();
		expect(idsOf((await all(Object.freeze({...options}))).items)).toEqual(ids);
	});

	test.each<[object, RegExp]>([
		[{pageSize: 501}, /^`pageSize` must be a whole number from 1 to 500$/],
		[{after: ''}, /^`after` must be a cursor/],
		[{thread: 1}, /^`thread` is not an option; the options are `accessToken`/],
		[{accessToken: 'a b'}, /^`accessToken` must be a token/],
		[{searchParams: {after: 'A'}}, /^`searchParams` must not hold `after`/],
		[{schema: {}}, /^`schema` must be a Standard Schema$/],
	])('%j is refused at the call', (wrong, message) => {
		const {options} = setUp();
		const call = () => walk({...options, ...wrong} as Options);
		expect(call).toThrow(TypeError);
		expect(call).toThrow(message);
	});
});
