import {afterEach, describe, expect, jest, test} from '@jest/globals';
import {
	CursorLoopError,
	NoProgressError,
	type PaginateOptions,
	type PaginationError,
	pages,
	paginate,
	type Resume,
} from '../lib/index.ts';
import {createSandbox, type SandboxOptions} from '../lib/sandbox/index.ts';
import {settle, useFakeClock} from './support/clock.ts';
import {collect} from './support/collect.ts';
import {scripted} from './support/scripted.ts';

function setUp(options: SandboxOptions = {}) {
	const sandbox = createSandbox({threads: 25, ...options});
	const ids = [...sandbox.threads].map(({id}) => id);
	const connection = {accessToken: sandbox.accessToken, fetch: sandbox.fetch, pageSize: 10};
	return {sandbox, ids, connection};
}

const idsOf = async (options: PaginateOptions) =>
	(await Array.fromAsync(paginate(options))).map(({id}) => id);

afterEach(() => {
	jest.useRealTimers();
});

describe('promise 1: order', () => {
	test('makes no request before the first next()', async () => {
		const {sandbox, connection} = setUp();
		const walks = [paginate(connection), pages(connection)];
		await new Promise(resolve => setTimeout(resolve, 20));
		expect(sandbox.requests).toHaveLength(0);
		for (const walk of walks) {
			await walk.return();
			expect(await walk.next()).toEqual({done: true, value: undefined});
		}

		expect(sandbox.requests).toHaveLength(0);
	});

	test.each([0, 1, 5])(
		'yields every thread once, in the order of HubSpot, with readAhead %i',
		async readAhead => {
			const {ids, connection} = setUp();
			expect(await idsOf({...connection, readAhead})).toEqual(ids);
		},
	);

	test('reads ahead as many pages as it is told, and no more', async () => {
		for (const [readAhead, requests] of [
			[0, 1],
			[1, 2],
			[3, 4],
		] as const) {
			const {sandbox, connection} = setUp({threads: 100});
			const walk = pages({...connection, readAhead});
			await walk.next();
			await new Promise(resolve => setTimeout(resolve, 50));
			expect(sandbox.requests).toHaveLength(requests);
			await walk.return();
		}
	});
});

describe('promise 2: the end', () => {
	test.each([
		['missing paging', {}],
		['null paging', {paging: null}],
		['missing next', {paging: {}}],
		['null next', {paging: {next: null}}],
		['missing after', {paging: {next: {link: 'https://api.hubapi.com/elsewhere'}}}],
		['null after', {paging: {next: {after: null}}}],
		['empty after', {paging: {next: {after: ''}}}],
	])('%s ends a walk', async (_, rest) => {
		const {options, urls} = scripted({results: [{id: '1'}], ...rest});
		expect(await idsOf(options)).toEqual(['1']);
		expect(urls).toHaveLength(1);
	});

	test('empty and short pages with a cursor go on, at the beginning too', async () => {
		const faults = {1: {size: 0}, 2: {size: 0}, 3: {size: 1}, 4: {size: 0}};
		const {sandbox, ids, connection} = setUp({faults});
		const walked = await Array.fromAsync(pages(connection));
		expect(walked.map(({threads}) => threads.length)).toEqual([0, 0, 1, 0, 10, 10, 4]);
		expect(walked.flatMap(({threads}) => threads.map(({id}) => id))).toEqual(ids);
		expect(sandbox.requests).toHaveLength(7);
	});

	const next = (after: string) => ({paging: {next: {after}}});
	test.each([
		[
			'A → A',
			[
				{results: [{id: '1'}], ...next('A')},
				{results: [{id: '2'}], ...next('A')},
			],
			['1'],
		],
		[
			'A → B → A',
			[
				{results: [{id: '1'}], ...next('A')},
				{results: [{id: '2'}], ...next('B')},
				{results: [{id: '3'}], ...next('A')},
			],
			['1', '2'],
		],
		[
			'A= → A%3D, the same one encoded',
			[
				{results: [{id: '1'}], ...next('A=')},
				{results: [], ...next('A%3D')},
			],
			['1'],
		],
	])('a cursor used before is an error: %s', async (_, bodies, expected) => {
		const {items, error} = await collect(paginate(scripted(...bodies).options));
		expect(items.map(({id}) => id)).toEqual(expected);
		expect(error).toBeInstanceOf(CursorLoopError);
		expect((error as CursorLoopError).cursor.slice(0, 1)).toBe('A');
	});

	test.each<[string, Record<string, readonly [id: string, next: string]>]>([
		['A → A', {'': ['1', 'A'], A: ['2', 'A']}],
		['A → B → A', {'': ['1', 'A'], A: ['2', 'B'], B: ['3', 'A']}],
		['A → B → C → B', {'': ['1', 'A'], A: ['2', 'B'], B: ['3', 'C'], C: ['4', 'B']}],
	])('a loop stays as loud however often it is resumed, and nothing comes twice: %s', async (_, list) => {
		const fetch = async ({url}: Request) => {
			const [id, after] = list[new URL(url).searchParams.get('after') ?? ''] as readonly [string, string];
			return Response.json({results: [{id}], ...next(after)});
		};
		const seen: string[] = [];
		let resume: Resume = {};
		for (let run = 0; run < 5; run++) {
			const options = {accessToken: 'token', fetch, ...JSON.parse(JSON.stringify(resume))};
			const {items, error} = await collect(paginate(options));
			seen.push(...items.map(({id}) => id));
			expect(error).toBeInstanceOf(CursorLoopError);
			({resume} = error as CursorLoopError);
		}

		expect(seen).toEqual(['1', '2', '3'].slice(0, Object.keys(list).length - 1));
	});

	test('a loop that HubSpot has mended by then is walked to its end', async () => {
		const first = scripted({results: [{id: '1'}], ...next('A')}, {results: [], ...next('A')});
		const {items, error} = await collect(paginate(first.options));
		const {options, urls} = scripted({results: [{id: '2'}], ...next('B')}, {results: [{id: '3'}]});
		const rest = await idsOf({...options, ...(error as CursorLoopError).resume});
		expect([...items.map(({id}) => id), ...rest]).toEqual(['1', '2', '3']);
		expect(urls.map(({searchParams}) => searchParams.get('after'))).toEqual(['A', 'B']);
	});

	describe('without anything new', () => {
		/** Walks a list without an end, whose page `number` holds the given ids. */
		async function walkEndless(idsOfPage: (number: number) => readonly string[], options = {}) {
			let requests = 0;
			const fetch = async () => {
				const results = idsOfPage(requests++).map(id => ({id}));
				return Response.json({results, ...next(`cursor-${requests}`)});
			};
			const throttle = {acquire: async () => {}, pause() {}};
			const walk = paginate({accessToken: 'token', fetch, throttle, ...options});
			const {items, error} = await collect(walk);
			return {items, error: error as NoProgressError, requests: () => requests};
		}

		test.each<[string, (number: number) => readonly string[], number]>([
			['every page is empty', () => [], 500],
			['one page comes again and again', () => ['1', '2', '3'], 501],
			['two pages take turns', number => [String(number % 2)], 502],
			['a list of 100 pages begins again', number => [`${number % 100}a`, `${number % 100}b`], 600],
			[
				'the items come again, in other pages',
				number => Array.from({length: 7}, (_, index) => String((number * 7 + index) % 100)),
				558,
			],
			['one is pinned to the top of old pages', number => ['pinned', String(number % 10)], 510],
		])('it ends after 500 pages: %s', async (_, idsOfPage, requests) => {
			const {error, ...walk} = await walkEndless(idsOfPage);
			expect(error).toBeInstanceOf(NoProgressError);
			expect(error).toMatchObject({pages: 500, resume: {after: `cursor-${walk.requests() - 1}`}});
			expect(walk.requests()).toBe(requests);
		});

		test('499 pages without anything are no reason to end, nor is a pinned item', async () => {
			const pages = await walkEndless(number => (number % 500 === 499 ? [String(number)] : []), {
				maxItems: 3,
			});
			expect(pages.items.map(({id}) => id)).toEqual(['499', '999', '1499']);
			const pinned = await walkEndless(number => ['pinned', String(number)], {maxItems: 1200});
			expect(pinned.error).toBeUndefined();
			expect(pinned.items).toHaveLength(1200);
		});

		test('a resume continues behind them', async () => {
			const {error} = await walkEndless(() => []);
			const {options, urls} = scripted({results: [{id: '1'}]});
			expect(await idsOf({...options, ...error.resume})).toEqual(['1']);
			expect(urls[0]?.searchParams.get('after')).toBe('cursor-499');
		});
	});

	test('a cursor that HubSpot cannot read starts the list over, with its limits', async () => {
		const faults = {3: {status: 400, body: {subCategory: 'ConversationsApiError.UNPARSEABLE_TOKEN'}}};
		const {ids, connection} = setUp({faults});
		const options = {...connection, maxItems: 23};
		const {items, error} = await collect(paginate(options));
		expect(items).toHaveLength(20);
		expect((error as PaginationError).message).toContain('start again without `after`, as `resume` does');
		expect((error as PaginationError).resume).toEqual({after: null, maxItems: 23});
		expect(await idsOf({...options, ...(error as PaginationError).resume})).toEqual(ids.slice(0, 23));
	});

	test('the cursor that a walk starts from counts as used', async () => {
		const {options} = scripted({results: [{id: '1'}], ...next('A')});
		const {items, error} = await collect(paginate({...options, after: 'A'}));
		expect(items).toEqual([]);
		expect(error).toBeInstanceOf(CursorLoopError);
	});

	test('cursors of one inbox do not count in the next', async () => {
		const page = {results: [], ...next('A')};
		const last = {results: []};
		const {options, urls} = scripted(page, last, page, last);
		await idsOf({...options, inboxId: [1, 2]});
		expect(
			urls.map(({searchParams}) => `${searchParams.get('inboxId')} ${searchParams.get('after')}`),
		).toEqual(['1 null', '1 A', '2 null', '2 A']);
	});
});

describe('promise 3: cursors', () => {
	test.each([
		['NTI1Cg%3D%3D', 'NTI1Cg==', 'after=NTI1Cg%3D%3D'],
		['a+b/c=', 'a+b/c=', 'after=a%2Bb%2Fc%3D'],
		['a%2Bb%2Fc%3D', 'a+b/c=', 'after=a%2Bb%2Fc%3D'],
		['100%', '100%', 'after=100%25'],
		['%E0%A4', '%E0%A4', 'after=%25E0%25A4'],
	])('%s reaches HubSpot encoded once', async (cursor, received, sent) => {
		const {options, urls} = scripted({results: [], paging: {next: {after: cursor}}}, {results: []});
		await idsOf(options);
		expect(urls[1]?.searchParams.get('after')).toBe(received);
		expect(urls[1]?.search).toContain(sent);
	});

	test.each([true, false])(
		'a HubSpot that refuses every other form is walked (encoded: %s)',
		async encodedCursor => {
			const {ids, connection} = setUp({encodedCursor});
			expect(await idsOf(connection)).toEqual(ids);
		},
	);

	test('paging.next.link is not followed', async () => {
		const link = 'https://elsewhere.example/threads?after=B';
		const {options, urls} = scripted({results: [], paging: {next: {after: 'A', link}}}, {results: []});
		await idsOf(options);
		expect(urls.map(({origin, pathname}) => origin + pathname)).toEqual(
			Array(2).fill('https://api.hubapi.com/conversations/v3/conversations/threads'),
		);
	});
});

describe('promise 11: options and concurrency', () => {
	test('the options are never written to, and make the same walk again', async () => {
		const {ids, connection, sandbox} = setUp();
		const freeze = (value: object): object => {
			for (const inner of Object.values(value)) {
				if (typeof inner === 'object' && inner !== null) {
					freeze(inner);
				}
			}

			return Object.freeze(value);
		};
		const options = freeze({
			...connection,
			retry: {retries: 1},
			throttle: {limit: 1000},
			inboxId: ['481939'],
		});
		const first = await idsOf(options as PaginateOptions);
		expect(first.length).toBeGreaterThan(0);
		expect(first.length).toBeLessThan(ids.length);
		expect(await idsOf(options as PaginateOptions)).toEqual(first);
		const [half] = [sandbox.requests.length / 2];
		expect(sandbox.requests.slice(half).map(({url}) => url)).toEqual(
			sandbox.requests.slice(0, half).map(({url}) => url),
		);
	});

	test('concurrent next() calls get different threads, in order, then the end', async () => {
		const {ids, connection} = setUp();
		const walk = paginate(connection);
		const results = await Promise.all(Array.from({length: 30}, () => walk.next()));
		expect(results.slice(0, 25).map(({value}) => value?.id)).toEqual(ids);
		expect(results.slice(25)).toEqual(Array(5).fill({done: true, value: undefined}));
	});

	test('concurrent next() calls in the middle of a page keep their order', async () => {
		const {ids, connection} = setUp();
		const walk = paginate(connection);
		const seen: unknown[] = [];
		for (let round = 0; round < 9; round++) {
			const results = await Promise.all([walk.next(), walk.next(), walk.next()]);
			seen.push(...results.map(({value}) => value?.id));
		}

		expect(seen).toEqual([...ids, undefined, undefined]);
	});

	test('a next() call that comes while others wait for a page does not overtake them', async () => {
		const {ids, connection} = setUp();
		const walk = paginate(connection);
		const first = walk.next();
		const second = walk.next();
		const third = first.then(() => walk.next());
		const results = await Promise.all([first, second, third]);
		expect(results.map(({value}) => value?.id)).toEqual(ids.slice(0, 3));
	});

	test('a generator that is done stays done', async () => {
		const {connection} = setUp({faults: {2: {status: 400}}});
		const walk = paginate(connection);
		await expect(Array.fromAsync({[Symbol.asyncIterator]: () => walk})).rejects.toThrow(
			'HubSpot answered 400',
		);
		expect(await walk.next()).toEqual({done: true, value: undefined});
	});
});

describe('limits', () => {
	test('maxItems: the last request asks for no more than is wanted', async () => {
		const {sandbox, ids, connection} = setUp();
		expect(await idsOf({...connection, maxItems: 12})).toEqual(ids.slice(0, 12));
		expect(sandbox.requests.map(({parameters}) => parameters.get('limit'))).toEqual(['10', '2']);
	});

	test('maxPages', async () => {
		const {sandbox, ids, connection} = setUp();
		expect(await idsOf({...connection, maxPages: 2})).toEqual(ids.slice(0, 20));
		expect(sandbox.requests).toHaveLength(2);
	});

	test.each(['maxItems', 'maxPages'])('%s 0 makes no request', async name => {
		const {sandbox, connection} = setUp();
		expect(await idsOf({...connection, [name]: 0})).toEqual([]);
		expect(sandbox.requests).toHaveLength(0);
	});

	test('they hold over several inboxes', async () => {
		const {sandbox, connection} = setUp({threads: 200});
		const inboxId = ['147959634', '481939'];
		const all = await idsOf({...connection, inboxId});
		expect(all).toEqual(
			inboxId.flatMap(id =>
				[...sandbox.threads].filter(thread => thread.inboxId === id).map(thread => thread.id),
			),
		);
		expect(await idsOf({...connection, inboxId, maxItems: all.length - 3})).toEqual(all.slice(0, -3));
	});

	test('a server that sends more than was asked for is cut, and a resumed walk gets the rest', async () => {
		const results = ['1', '2', '3'].map(id => ({id}));
		const {options} = scripted({results, paging: {next: {after: 'B'}}});
		const [page] = await Array.fromAsync(pages({...options, maxItems: 2, after: 'A'}));
		expect(page?.threads).toEqual(results.slice(0, 2));
		expect(page?.resume).toEqual({after: 'A'});
	});
});

describe('pages', () => {
	test('carry HubSpot’s clock and limits, and what it takes to go on', async () => {
		useFakeClock();
		const {connection} = setUp();
		const walked = await settle(Array.fromAsync(pages(connection)));
		expect(walked.map(({rateLimit}) => rateLimit)).toEqual(
			[189, 188, 187].map((remaining, index) => ({
				limit: 190,
				remaining,
				interval: 10_000,
				dailyLimit: 625_000,
				dailyRemaining: 624_999 - index,
			})),
		);
		expect(walked.map(({observedAt}) => observedAt)).toEqual(
			Array(3).fill(new Date('2026-01-01T00:00:00.000Z')),
		);
		expect(walked.map(page => 'resume' in page)).toEqual([true, true, false]);
	});

	test('without the headers: our clock, and no limits', async () => {
		useFakeClock();
		const [page] = await settle(Array.fromAsync(pages(scripted({results: []}).options)));
		expect(page).toEqual({threads: [], observedAt: new Date('2026-01-01T00:00:00.000Z')});
	});

	test('a header that is not a number is no header', async () => {
		const headers = {
			'x-hubspot-ratelimit-max': 'many',
			'x-hubspot-ratelimit-remaining': '7',
			'x-hubspot-ratelimit-daily': '',
		};
		const fetch = async () => Response.json({results: []}, {headers});
		const [page] = await Array.fromAsync(pages({accessToken: 'token', fetch}));
		expect(page?.rateLimit).toEqual({remaining: 7});
	});

	test('onPage counts', async () => {
		useFakeClock();
		const {connection} = setUp({faults: {2: {status: 503}}});
		const events: unknown[] = [];
		await settle(Array.fromAsync(pages({...connection, onPage: event => events.push(event)})));
		expect(events).toEqual([
			{pages: 1, items: 10, requests: 1, retries: 0},
			{pages: 2, items: 20, requests: 3, retries: 1},
			{pages: 3, items: 25, requests: 4, retries: 1},
		]);
	});
});
