import {once} from 'node:events';
import {type AddressInfo, createServer} from 'node:net';
import {inspect} from 'node:util';
import {afterEach, beforeEach, describe, expect, jest, test} from '@jest/globals';
import fc from 'fast-check';
import {
	type Page,
	type PaginateOptions,
	PaginationError,
	pages,
	paginate,
	RequestError,
	type Resume,
} from '../lib/index.ts';
import {createSandbox, type Fault} from '../lib/sandbox/index.ts';
import {settle, useFakeClock} from './support/clock.ts';
import {collect} from './support/collect.ts';

beforeEach(useFakeClock);
afterEach(() => {
	jest.useRealTimers();
});

const idOf = ({id}: {readonly id: string}) => id;
const stored = (resume: Resume): Resume => JSON.parse(JSON.stringify(resume));

describe('promise 6: every failure can be resumed', () => {
	test.each([0, 1, 3])('the items before the failed page come first, with readAhead %i', async readAhead => {
		const {accessToken, fetch, threads} = createSandbox({threads: 20, faults: {3: {status: 400}}});
		const options = {accessToken, fetch, pageSize: 5, readAhead};
		const {items, error} = await settle(collect(paginate(options)));
		expect(items).toHaveLength(10);
		expect(error).toBeInstanceOf(PaginationError);
		const rest = await settle(
			Array.fromAsync(paginate({...options, ...stored((error as PaginationError).resume)})),
		);
		expect([...items, ...rest].map(idOf)).toEqual([...threads].map(idOf));
	});

	test('at the first page it starts over', async () => {
		const {accessToken, fetch} = createSandbox({faults: {1: {status: 400}}});
		const {error} = await settle(collect(paginate({accessToken, fetch})));
		expect(error).toMatchObject({resume: {after: null}, attempts: 1});
	});

	test('in the second inbox it forgets the cursor that the first was to start from', async () => {
		const {accessToken, fetch} = createSandbox({
			threads: 60,
			faults: ({parameters}) => (parameters.get('inboxId') === '481939' ? {status: 400} : undefined),
		});
		const options = {accessToken, fetch, pageSize: 5, inboxId: ['147959634', '481939']};
		const [first] = await settle(Array.fromAsync(pages({...options, maxPages: 1})));
		const {error} = await settle(collect(paginate({...options, ...first?.resume})));
		expect(error).toMatchObject({resume: {after: null, inboxId: ['481939']}});
	});

	test('what is left of maxItems and maxPages travels along', async () => {
		const {accessToken, fetch} = createSandbox({threads: 50, faults: {3: {status: 400}}});
		const options = {accessToken, fetch, pageSize: 5, maxItems: 23, maxPages: 6};
		const {items, error} = await settle(collect(paginate(options)));
		expect(error).toMatchObject({resume: {maxItems: 13, maxPages: 4}});
		const rest = await settle(Array.fromAsync(paginate({...options, ...(error as PaginationError).resume})));
		expect(items.length + rest.length).toBe(23);
	});

	test('once they are reached it does not: the next page is a new walk', async () => {
		const {accessToken, fetch, threads} = createSandbox({threads: 12});
		const options = {accessToken, fetch, pageSize: 5, maxPages: 1};
		const seen: string[] = [];
		let resume: Resume | undefined = {after: null};
		for (let click = 0; resume !== undefined; click++) {
			expect(click).toBeLessThan(3);
			const [page]: Page[] = await settle(Array.fromAsync(pages({...options, ...resume})));
			seen.push(...(page?.threads ?? []).map(idOf));
			resume = page?.resume;
		}

		expect(seen).toEqual([...threads].map(idOf));
	});

	test.each<[string, Partial<PaginateOptions>]>([
		[
			'onPage',
			{
				onPage() {
					throw new Error('mine');
				},
			},
		],
		[
			'accessToken',
			{
				accessToken() {
					throw new Error('mine');
				},
			},
		],
		['throttle', {throttle: {acquire: () => Promise.reject(new Error('mine')), pause() {}}}],
		[
			'schema',
			{
				schema: {
					'~standard': {
						version: 1,
						vendor: 'test',
						validate() {
							throw new Error('mine');
						},
					},
				},
			},
		],
	])('what a user’s %s throws is the cause, and can be resumed', async (_, options) => {
		const {accessToken, fetch} = createSandbox({threads: 20});
		const {error} = await settle(
			collect(paginate({accessToken, fetch, pageSize: 5, ...options} as PaginateOptions)),
		);
		expect(error).toBeInstanceOf(PaginationError);
		expect(((error as Error).cause as Error).message).toBe('mine');
		expect(error).toMatchObject({resume: {after: null}});
	});

	test('a refused connection says so, once, and its cause is the error of the network', async () => {
		jest.useRealTimers();
		const server = createServer().listen(0, '127.0.0.1');
		await once(server, 'listening');
		const {port} = server.address() as AddressInfo;
		server.close();
		await once(server, 'close');
		for (const host of ['127.0.0.1', 'localhost']) {
			const walk = paginate({
				accessToken: 'a-token-of-some-length',
				baseUrl: `http://${host}:${port}`,
				retry: {retries: 1, minTimeout: 1},
			});
			const {error} = (await collect(walk)) as {error: RequestError};
			expect(error).toBeInstanceOf(RequestError);
			expect(error.message).toBe('HubSpot was not reached (ECONNREFUSED)');
			expect(error).toMatchObject({
				attempts: 2,
				resume: {after: null},
				cause: {code: 'ECONNREFUSED', syscall: 'connect'},
			});
			expect(inspect(error).match(/connect ECONNREFUSED/g)).toHaveLength(1);
			expect(inspect(error).match(/\[cause\]/g)).toHaveLength(1);
		}
	});
});

describe('any pages, any faults, any read-ahead', () => {
	const retriable: fc.Arbitrary<Fault> = fc.constantFrom<Fault>(
		{status: 500},
		{status: 503, headers: {'retry-after': '3'}},
		{status: 429},
		{status: 429, body: '', headers: {'retry-after': 'Thu, 01 Jan 2026 00:01:00 GMT'}},
		{status: 423, body: '<html>'},
		{status: 477, headers: {'retry-after': '1'}},
		{reset: true},
		{cut: true},
		{stall: 'headers'},
		{stall: 'body'},
		{body: '{"results":[{"id":"1"'},
		{body: ''},
		{body: '<h1>Welcome</h1>'},
		{status: 525},
	);
	const harmless: fc.Arbitrary<Fault> = fc.record({
		size: fc.integer({min: 0, max: 3}),
		latency: fc.integer({min: 0, max: 900}),
	});
	const fatal: fc.Arbitrary<Fault> = fc.constantFrom<Fault>(
		{status: 400},
		{status: 403, body: ''},
		{status: 429, body: {policyName: 'DAILY'}},
		{status: 477, headers: {'retry-after': '86400'}},
		{body: {results: [{id: 1}]}},
		{body: {status: 'error', message: 'no'}},
		{repeatCursor: 1},
	);
	const walk = fc.record({
		threads: fc.integer({min: 0, max: 60}),
		pageSize: fc.integer({min: 1, max: 12}),
		readAhead: fc.integer({min: 0, max: 4}),
		limit: fc.integer({min: 1, max: 20}),
		cursor: fc.constantFrom('keyset' as const, 'offset' as const),
		encodedCursor: fc.boolean(),
		inboxId: fc.option(fc.shuffledSubarray(['481939', '273071781', '147959634'], {minLength: 1}), {
			nil: undefined,
		}),
		faults: fc.dictionary(
			fc.integer({min: 1, max: 40}).map(String),
			fc.oneof({weight: 3, arbitrary: retriable}, {weight: 3, arbitrary: harmless}, fatal),
		),
	});

	test('what comes out, over any number of resumes, is what went in, in order, within the rate', async () => {
		await fc.assert(
			fc.asyncProperty(walk, async ({inboxId, pageSize, readAhead, limit, faults, ...list}) => {
				const sandbox = createSandbox({...list, faults, rateLimit: false});
				const options = {
					accessToken: sandbox.accessToken,
					fetch: sandbox.fetch,
					pageSize,
					readAhead,
					timeout: 5000,
					throttle: {limit, interval: 2000},
					retry: {minTimeout: 10, retries: 4},
					inboxId,
				};
				const expected = (inboxId ?? [undefined]).flatMap(id =>
					[...sandbox.threads].filter(thread => id === undefined || thread.inboxId === id),
				);
				const seen: string[] = [];
				let resume: Resume = {after: null};
				for (let run = 0; ; run++) {
					expect(run).toBeLessThan(45);
					const {items, error} = await settle(collect(paginate({...options, ...resume})));
					seen.push(...items.map(idOf));
					if (error === undefined) {
						break;
					}

					expect(error).toBeInstanceOf(PaginationError);
					({resume} = error as PaginationError);
					resume = stored(resume);
					// Each run has a throttle of its own: the one before is over.
					await jest.advanceTimersByTimeAsync(2000);
				}

				expect(seen).toEqual(expected.map(idOf));
				const times = sandbox.requests.map(({time}) => time);
				for (let index = limit; index < times.length; index++) {
					expect((times[index] as number) - (times[index - limit] as number)).toBeGreaterThanOrEqual(2000);
				}
			}),
			{numRuns: 300},
		);
	}, 60_000);
});
