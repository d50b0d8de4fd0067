import {afterEach, describe, expect, jest, test} from '@jest/globals';
import fc from 'fast-check';
import ts from 'typescript';
import type {Thread} from '../lib/index.ts';
import {
	createSandbox,
	type Fault,
	type Sandbox,
	type SandboxOptions,
	type Spread,
	startSandbox,
} from '../lib/sandbox/index.ts';
import {flush, settle, start, useFakeClock} from './support/clock.ts';

const path = '/conversations/v3/conversations/threads';
const fromTheStart = {
	sort: 'latestMessageTimestamp',
	latestMessageTimestampAfter: '2000-01-01T00:00:00.000Z',
};

type Parameters = Readonly<Record<string, string>> | string[][];
interface Body {
	readonly results: readonly Thread[];
	readonly paging?: {readonly next: {readonly after: string; readonly link: string}};
}

function requestOf(parameters: Parameters = {}, init: RequestInit & {readonly url?: string} = {}) {
	const query = new URLSearchParams(parameters as Record<string, string>);
	return new Request(`${init.url ?? `https://api.hubapi.com${path}`}?${query}`, {
		headers: {authorization: 'Bearer sandbox-token'},
		...init,
	});
}

async function ask(sandbox: Pick<Sandbox, 'fetch'>, parameters?: Parameters, init?: RequestInit) {
	const response = await sandbox.fetch(requestOf(parameters, init));
	const {status, headers} = response;
	return {status, headers, body: (await response.json()) as Body};
}

/** All threads of a list, page by page, by following the cursors as a correct client does. */
async function walk(
	sandbox: Pick<Sandbox, 'fetch'>,
	parameters: Readonly<Record<string, string>> = {},
	between: (page: number) => void = () => {},
) {
	const pages: Array<readonly string[]> = [];
	for (let after: string | undefined, next: Parameters = parameters; ; next = {...parameters, after}) {
		const {status, body} = await ask(sandbox, next);
		expect(status).toBe(200);
		pages.push(idsOf(body.results));
		if (!body.paging) {
			return pages;
		}

		after = body.paging.next.after;
		after = after.includes('%') ? decodeURIComponent(after) : after;
		between(pages.length);
	}
}

const idsOf = (threads: Iterable<Thread>) => Array.from(threads, ({id}) => id);
const timeOf = ({latestMessageTimestamp}: Thread) => Date.parse(latestMessageTimestamp ?? '');

/** A thread with no more than a list needs. */
const threadOf = (id: number, more: Partial<Thread> = {}): Thread => ({
	id: String(id),
	inboxId: '1',
	originalChannelId: '1000',
	originalChannelAccountId: '148662',
	associatedContactId: '1401',
	createdAt: '2025-01-01T00:00:00.000Z',
	status: 'OPEN',
	...more,
});

const hourly = (count: number) =>
	Array.from({length: count}, (_, index) =>
		threadOf(index + 1, {latestMessageTimestamp: `2025-01-01T0${index}:00:00.000Z`}),
	);

/** Lets real sockets do their work until it is done. */
async function until(isDone: () => boolean) {
	const deadline = performance.now() + 4000;
	while (!isDone()) {
		expect(performance.now()).toBeLessThan(deadline);
		await flush();
	}
}

afterEach(() => {
	jest.useRealTimers();
});

describe('the threads that it makes', () => {
	test('look like HubSpot’s', () => {
		const timestamp = expect.stringMatching(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
		const digits = expect.stringMatching(/^\d+$/);
		for (const thread of createSandbox({threads: 200}).threads) {
			const {closedAt, assignedTo, threadAssociations, latestMessageTimestamp, ...rest} = thread;
			const {latestMessageSentTimestamp, latestMessageReceivedTimestamp, ...required} = rest;
			expect(required).toEqual({
				id: digits,
				inboxId: digits,
				originalChannelId: digits,
				originalChannelAccountId: digits,
				associatedContactId: digits,
				createdAt: timestamp,
				status: closedAt === undefined ? 'OPEN' : 'CLOSED',
				spam: expect.any(Boolean),
				archived: expect.any(Boolean),
			});
			expect([timestamp, undefined]).toContainEqual(closedAt);
			expect([expect.stringMatching(/^A-\d+$/), undefined]).toContainEqual(assignedTo);
			expect([{associatedTicketId: digits}, undefined]).toContainEqual(threadAssociations);
			expect(Date.parse(latestMessageTimestamp ?? thread.createdAt)).toBeGreaterThanOrEqual(
				Date.parse(thread.createdAt),
			);
		}
	});

	test('are the same for the same seed, and others for another', () => {
		const make = (seed: number) => [...createSandbox({threads: 500, seed}).threads];
		expect(make(7)).toEqual(make(7));
		const other = make(8);
		for (const [index, {createdAt}] of make(7).entries()) {
			expect(other[index]?.createdAt).not.toBe(createdAt);
		}
	});

	test('are made when they are asked for: ten million are there at once', async () => {
		const {body} = await ask(createSandbox({threads: 10_000_000}), {limit: '2'});
		expect(body.results).toHaveLength(2);
	});

	test('0 are an empty list', async () => {
		expect(await walk(createSandbox({threads: 0}))).toEqual([[]]);
	});

	describe('lie in time', () => {
		const first = Date.UTC(2020, 0, 1);
		const last = Date.UTC(2026, 0, 1);
		const timesOf = (spread: Spread) =>
			Array.from(createSandbox({threads: 8000, spread, messageless: 0}).threads, timeOf).sort(
				(a, b) => a - b,
			);
		const shareOf = (times: readonly number[], from: number, to: number) =>
			times.filter(time => time >= from && time < to).length / times.length;
		const quarters = (times: readonly number[]) =>
			[0, 1, 2, 3].map(quarter =>
				shareOf(times, first + ((last - first) * quarter) / 4, first + ((last - first) * (quarter + 1)) / 4),
			);

		test('uniform: as many in each quarter', () => {
			for (const share of quarters(timesOf('uniform'))) {
				expect(share).toBeGreaterThan(0.24);
				expect(share).toBeLessThan(0.26);
			}
		});

		test('recent: more and more of them', () => {
			const shares = quarters(timesOf('recent'));
			expect(shares).toEqual(shares.toSorted((a, b) => a - b));
			expect(shares[3]).toBeGreaterThan(0.5);
		});

		test('tail: 80 % in the last 2 % of the time', () => {
			const share = shareOf(timesOf('tail'), last - (last - first) * 0.02, last);
			expect(share).toBeGreaterThan(0.79);
			expect(share).toBeLessThan(0.81);
		});

		test('import: half of them in an hour', () => {
			const times = timesOf('import');
			const middle = (first + last) / 2;
			const share = shareOf(times, middle - 1_800_000, middle + 1_800_000);
			expect(share).toBeGreaterThan(0.49);
			expect(share).toBeLessThan(0.51);
		});
	});

	test('are in several inboxes, the busiest first, and all of them in the list of all', async () => {
		const sandbox = createSandbox({threads: 1000, inboxIds: ['10', '20', '30']});
		const lists = [];
		for (const inboxId of ['10', '20', '30']) {
			const {body} = await ask(sandbox, {inboxId, limit: '500'});
			expect(new Set(body.results.map(thread => thread.inboxId))).toEqual(new Set([inboxId]));
			lists.push((await walk(sandbox, {inboxId})).flat());
		}

		const counts = lists.map(list => list.length);
		expect(counts).toEqual(counts.toSorted((a, b) => b - a));
		expect(lists.flat().sort()).toEqual(idsOf(sandbox.threads).sort());
	});

	test('without a message have no timestamp, and are in the list by time only if it is said so', async () => {
		const options = {threads: 1000, messageless: 0.25};
		const sandbox = createSandbox(options);
		const silent = [...sandbox.threads].filter(thread => !thread.latestMessageTimestamp);
		expect(silent.length).toBeGreaterThan(200);
		expect(silent.length).toBeLessThan(300);
		for (const thread of silent) {
			expect(Object.keys(thread).filter(name => name.startsWith('latestMessage'))).toEqual([]);
		}

		expect((await walk(sandbox)).flat()).toHaveLength(1000);
		expect((await walk(sandbox, fromTheStart)).flat()).toHaveLength(1000 - silent.length);
		const other = createSandbox({...options, listsMessageless: true});
		const listed = (await walk(other, fromTheStart)).flat();
		expect(listed).toHaveLength(1000);
		const sortTimes = new Map(
			Array.from(other.threads, thread => [thread.id, timeOf(thread) || Date.parse(thread.createdAt)]),
		);
		const times = listed.map(id => sortTimes.get(id) as number);
		expect(times).toEqual(times.toSorted((a, b) => a - b));
	});

	test('have their ticket only with association=TICKET', async () => {
		const sandbox = createSandbox({threads: 500});
		const withTickets = (await ask(sandbox, {limit: '500', association: 'TICKET'})).body.results;
		expect(withTickets).toEqual([...sandbox.threads]);
		const tickets = withTickets.filter(thread => 'threadAssociations' in thread);
		expect(tickets.length).toBeGreaterThan(50);
		expect(tickets.length).toBeLessThan(150);
		const without = (await ask(sandbox, {limit: '500'})).body.results;
		expect(without.filter(thread => 'threadAssociations' in thread)).toEqual([]);

		const [{id, threadAssociations} = threadOf(0)] = tickets;
		const associatedTicketId = threadAssociations?.associatedTicketId as string;
		expect((await walk(sandbox, {associatedTicketId})).flat()).toEqual([id]);
	});

	test('are archived or not, and one list never has both', async () => {
		const sandbox = createSandbox({threads: 400, archived: 0.25});
		const isArchived = (thread: Thread) => thread.archived === true;
		const archived = [...sandbox.threads].filter(isArchived);
		expect(archived.length).toBeGreaterThan(60);
		expect((await walk(sandbox, {archived: 'true'})).flat()).toEqual(idsOf(archived));
		const others = idsOf([...sandbox.threads].filter(thread => !isArchived(thread)));
		expect((await walk(sandbox)).flat()).toEqual(others);
		expect((await walk(sandbox, {archived: 'false'})).flat()).toEqual(others);
	});

	test('have contacts with several threads, open and closed', async () => {
		const sandbox = createSandbox({threads: 300});
		const {associatedContactId} = [...sandbox.threads][0] as Thread;
		for (const threadStatus of ['OPEN', 'CLOSED']) {
			expect((await walk(sandbox, {associatedContactId, threadStatus})).flat()).toEqual(
				idsOf(
					[...sandbox.threads].filter(
						thread => thread.associatedContactId === associatedContactId && thread.status === threadStatus,
					),
				),
			);
		}
	});
});

describe('threads given to it', () => {
	test('are served as they are, in the order of their ids as numbers', async () => {
		const given = [threadOf(1000), threadOf(99, {channel: {name: 'new'}} as object), threadOf(9)];
		const {body} = await ask(createSandbox({threads: given}));
		expect(body).toEqual({results: [given[2], given[1], given[0]]});
	});

	test('are left alone when a thread changes', async () => {
		const given = [threadOf(1)];
		const sandbox = createSandbox({threads: given});
		sandbox.update('1', {status: 'CLOSED'});
		expect(given).toEqual([threadOf(1)]);
		expect([...sandbox.threads]).toEqual([threadOf(1, {status: 'CLOSED'})]);
		expect((await walk(sandbox, {threadStatus: 'CLOSED'})).flat()).toEqual(['1']);
		expect(() => sandbox.update('2', {})).toThrow(new TypeError('There is no thread 2'));
	});
});

describe('the rules of the parameters', () => {
	const contact = {associatedContactId: '1401', threadStatus: 'OPEN'};
	const bound = '2025-01-01T00:00:00.000Z';

	test.each<[name: string, parameters: Parameters, message: string]>([
		[
			'several inboxes',
			[
				['inboxId', '1'],
				['inboxId', '2'],
			],
			'Only one inboxId filter is allowed for this query.',
		],
		['several inboxes in one value', {inboxId: '1,2'}, 'inboxId is not a number.'],
		[
			'a contact and an inbox',
			{...contact, inboxId: '1'},
			'inboxId cannot be used together with associatedContactId.',
		],
		[
			'a contact without a status',
			{associatedContactId: '1401'},
			'threadStatus is required when filtering by associatedContactId.',
		],
		[
			'a sort by time without its bound',
			{sort: 'latestMessageTimestamp'},
			'latestMessageTimestampAfter is required when sorting by latestMessageTimestamp.',
		],
		['descending ids without a contact', {sort: '-id'}, 'Descending order requires associatedContactId.'],
		[
			'descending times without a contact',
			{sort: '-latestMessageTimestamp', latestMessageTimestampAfter: bound},
			'Descending order requires associatedContactId.',
		],
		['an unknown sort', {sort: 'createdAt'}, 'sort must be id or latestMessageTimestamp.'],
		['an unknown sort that ends in id', {sort: 'inboxid'}, 'sort must be id or latestMessageTimestamp.'],
		['more than 500 threads', {limit: '501'}, 'limit must be between 1 and 500.'],
		['0 threads', {limit: '0'}, 'limit must be between 1 and 500.'],
		['an unknown status', {threadStatus: 'SPAM'}, 'threadStatus must be one of OPEN, CLOSED.'],
		['an unknown association', {association: 'DEAL'}, 'association must be TICKET.'],
		[
			'a bound that is no moment',
			{sort: 'latestMessageTimestamp', latestMessageTimestampAfter: '0'},
			'latestMessageTimestampAfter is not a date.',
		],
	])('%s: 400', async (_, parameters, message) => {
		const {status, body, headers} = await ask(createSandbox(), parameters);
		expect(status).toBe(400);
		expect(body).toEqual({
			status: 'error',
			category: 'VALIDATION_ERROR',
			message,
			correlationId: headers.get('x-hubspot-correlation-id'),
		});
	});

	test('a bound at the epoch: 500', async () => {
		const latestMessageTimestampAfter = '1970-01-01T00:00:00.000Z';
		const {status, body} = await ask(createSandbox(), {
			sort: 'latestMessageTimestamp',
			latestMessageTimestampAfter,
		});
		expect(status).toBe(500);
		expect(body).toMatchObject({status: 'error', category: 'INTERNAL_ERROR'});
		expect((await ask(createSandbox(), {latestMessageTimestampAfter})).status).toBe(200);
	});

	test('a bound without its sort is ignored, and the list is whole', async () => {
		const sandbox = createSandbox({threads: hourly(5)});
		const latestMessageTimestampAfter = '2025-01-01T03:00:00.000Z';
		expect(await walk(sandbox, {latestMessageTimestampAfter})).toEqual([['1', '2', '3', '4', '5']]);
		expect(await walk(sandbox, {latestMessageTimestampAfter, sort: 'id'})).toHaveLength(1);
	});

	test('unknown parameters are ignored', async () => {
		const sandbox = createSandbox({threads: 3});
		expect((await walk(sandbox, {page: '2', inboxID: '5', property: 'id,status'})).flat()).toHaveLength(3);
	});

	test('a contact’s threads go in every order', async () => {
		const sandbox = createSandbox({threads: hourly(4)});
		sandbox.receiveMessage('1', new Date('2025-01-02'));
		const list = async (sort: Record<string, string>) => (await walk(sandbox, {...contact, ...sort})).flat();
		const byTime = {latestMessageTimestampAfter: bound};
		expect(await list({sort: 'id'})).toEqual(['1', '2', '3', '4']);
		expect(await list({sort: '-id'})).toEqual(['4', '3', '2', '1']);
		expect(await list({sort: 'latestMessageTimestamp', ...byTime})).toEqual(['2', '3', '4', '1']);
		expect(await list({sort: '-latestMessageTimestamp', ...byTime})).toEqual(['1', '4', '3', '2']);
	});

	test('the most threads of a page can be set, and 100 come without a limit', async () => {
		expect((await ask(createSandbox({maxPageSize: 10}), {limit: '11'})).status).toBe(400);
		expect((await ask(createSandbox(), {})).body.results).toHaveLength(100);
		expect((await ask(createSandbox(), {limit: '500'})).body.results).toHaveLength(500);
	});
});

describe('the token', () => {
	const unauthorized = async (sandbox: Sandbox, authorization?: string) => {
		const headers: Record<string, string> = authorization === undefined ? {} : {authorization};
		const {status, body} = await ask(sandbox, {}, {headers});
		return {status, ...body};
	};

	test.each([undefined, '', 'Bearer', 'Bearer ', 'sandbox-token', 'Basic sandbox-token'])(
		'%j is none at all',
		async authorization => {
			expect(await unauthorized(createSandbox(), authorization)).toEqual({
				status: 'error',
				category: 'INVALID_AUTHENTICATION',
				message: 'Authentication credentials not found.',
				correlationId: expect.any(String),
			});
			expect((await ask(createSandbox(), {}, {headers: {}})).status).toBe(401);
		},
	);

	test('another one, or garbage, is an expired one', async () => {
		const sandbox = createSandbox({accessToken: 'pat-1'});
		expect(sandbox.accessToken).toBe('pat-1');
		expect(await unauthorized(sandbox, 'Bearer sandbox-token')).toMatchObject({
			status: 'error',
			category: 'EXPIRED_AUTHENTICATION',
		});
		expect((await ask(sandbox, {}, {headers: {authorization: 'Bearer sandbox-token'}})).status).toBe(401);
		expect((await ask(sandbox, {}, {headers: {authorization: 'Bearer pat-1'}})).status).toBe(200);
	});

	test('a function decides, and can change its mind', async () => {
		let good = 'one';
		const sandbox = createSandbox({accessToken: token => token === good});
		const statusWith = async (token: string) =>
			(await ask(sandbox, {}, {headers: {authorization: `Bearer ${token}`}})).status;
		expect([await statusWith('one'), await statusWith('two')]).toEqual([200, 401]);
		good = 'two';
		expect([await statusWith('one'), await statusWith('two')]).toEqual([401, 200]);
	});

	test('a refused one uses up nothing', async () => {
		const sandbox = createSandbox({rateLimit: {limit: 1, daily: 10}});
		const {headers} = await ask(sandbox, {}, {headers: {}});
		expect(headers.get('x-hubspot-ratelimit-remaining')).toBe('1');
		expect(headers.get('x-hubspot-ratelimit-daily-remaining')).toBe('10');
	});
});

describe('the paths', () => {
	test('v3 and 2026-09 have the same list', async () => {
		const sandbox = createSandbox({threads: 5});
		const [v3, dated] = await Promise.all(
			[path, '/conversations/conversations/2026-09/threads'].map(async path => {
				const response = await sandbox.fetch(requestOf({limit: '2'}, {url: `https://api.hubapi.com${path}`}));
				return {status: response.status, body: await response.json()};
			}),
		);
		expect(v3).toMatchObject({status: 200, body: {results: [{}, {}], paging: {}}});
		expect(dated).toEqual(v3);
	});

	test.each(['/', `${path}/`, '/conversations/conversations/2026-03/threads'])('%s: 404', async path => {
		const response = await createSandbox().fetch(requestOf({}, {url: `https://api.hubapi.com${path}`}));
		expect(response.status).toBe(404);
		expect(await response.json()).toMatchObject({status: 'error', message: 'resource not found'});
	});
});

describe('the rate limit', () => {
	const left = ({headers}: {readonly headers: Headers}) => [
		headers.get('x-hubspot-ratelimit-remaining'),
		headers.get('x-hubspot-ratelimit-daily-remaining'),
	];

	test('its headers count down, a refused request uses up the day, and a new day begins', async () => {
		useFakeClock();
		const sandbox = createSandbox({threads: 1, rateLimit: {limit: 3, daily: 5}});
		const first = await ask(sandbox);
		expect(Object.fromEntries(first.headers)).toMatchObject({
			date: 'Thu, 01 Jan 2026 00:00:00 GMT',
			'x-hubspot-ratelimit-max': '3',
			'x-hubspot-ratelimit-interval-milliseconds': '10000',
			'x-hubspot-ratelimit-daily': '5',
		});
		expect([first, await ask(sandbox), await ask(sandbox)].map(left)).toEqual([
			['2', '4'],
			['1', '3'],
			['0', '2'],
		]);

		const burst = await ask(sandbox);
		expect(burst.status).toBe(429);
		expect(burst.body).toEqual({
			status: 'error',
			message: 'You have reached your ten_secondly_rolling limit.',
			errorType: 'RATE_LIMIT',
			policyName: 'TEN_SECONDLY_ROLLING',
			correlationId: burst.headers.get('x-hubspot-correlation-id'),
		});
		expect(burst.headers.has('retry-after')).toBe(false);
		expect(left(burst)).toEqual(['0', '1']);

		jest.setSystemTime(start + 10_000);
		const last = await ask(sandbox);
		expect(last.status).toBe(200);
		expect(left(last)).toEqual(['2', '0']);
		const daily = await ask(sandbox);
		expect(daily.status).toBe(429);
		expect(daily.body).toEqual({
			status: 'error',
			message: 'You have reached your daily limit.',
			errorType: 'RATE_LIMIT',
			policyName: 'DAILY',
			correlationId: daily.headers.get('x-hubspot-correlation-id'),
		});
		expect(left(daily)).toEqual(['2', '0']);

		jest.setSystemTime(start + 86_400_000);
		const nextDay = await ask(sandbox);
		expect(nextDay.status).toBe(200);
		expect(left(nextDay)).toEqual(['2', '4']);
	});

	test('its window is a rolling one, and refused requests are not in it', async () => {
		useFakeClock();
		const sandbox = createSandbox({threads: 1, rateLimit: {limit: 2, interval: 1000}});
		const statuses = [];
		for (const time of [0, 600, 999, 1000, 1599, 1600, 1999, 2000]) {
			jest.setSystemTime(start + time);
			statuses.push((await ask(sandbox)).status);
		}

		expect(statuses).toEqual([200, 200, 429, 200, 429, 200, 429, 200]);
	});

	test('is 190 per 10 s and 625,000 per day, or none at all', async () => {
		expect(left(await ask(createSandbox()))).toEqual(['189', '624999']);
		expect(left(await ask(createSandbox({rateLimit: false})))).toEqual([null, null]);
	});

	test('counts requests that go wrong in another way too', async () => {
		useFakeClock();
		const sandbox = createSandbox({rateLimit: {limit: 2}, faults: {1: {status: 500}}});
		const statuses = [];
		for (const sort of ['id', '-id', 'id']) {
			statuses.push((await ask(sandbox, {sort})).status);
		}

		expect(statuses).toEqual([500, 400, 429]);
	});
});

describe('the cursors', () => {
	const cursorOf = async (sandbox: Sandbox, parameters: Parameters = {limit: '3'}) =>
		(await ask(sandbox, parameters)).body.paging?.next.after as string;

	test('arrive percent-encoded or plain, and hold what must be encoded once', async () => {
		const encoded = await cursorOf(createSandbox());
		const plain = await cursorOf(createSandbox({encodedCursor: false}));
		expect(plain).toMatch(/^\+\/\+\//);
		expect(encoded).toMatch(/^%2B%2F%2B%2F[^+/=]+$/);
		expect(decodeURIComponent(encoded)).toBe(plain);
	});

	test.each<[name: string, change: (cursor: string) => string]>([
		['encoded twice', encodeURIComponent],
		['of other letters', cursor => cursor.replaceAll('+', '-').replaceAll('/', '_')],
		['with spaces for +', cursor => cursor.replaceAll('+', ' ')],
		['cut short', cursor => cursor.slice(0, -4)],
		['empty', () => ''],
		['of someone else', () => 'NTI1Cg=='],
	])('one that is %s is unreadable', async (_, change) => {
		const sandbox = createSandbox({encodedCursor: false});
		const cursor = await cursorOf(sandbox);
		expect((await ask(sandbox, {after: cursor})).status).toBe(200);
		const {status, body} = await ask(sandbox, {after: change(cursor)});
		expect(status).toBe(400);
		expect(body).toEqual({
			status: 'error',
			subCategory: 'ConversationsApiError.UNPARSEABLE_TOKEN',
			correlationId: expect.any(String),
		});
	});

	test('the last page has none, also when it is full', async () => {
		expect(await walk(createSandbox({threads: hourly(4)}), {limit: '2'})).toEqual([
			['1', '2'],
			['3', '4'],
		]);
		expect((await ask(createSandbox({threads: 2}), {limit: '2'})).body).not.toHaveProperty('paging');
	});

	const list = fc.record({
		threads: fc.oneof(
			fc.nat({max: 80}),
			fc.uniqueArray(
				fc
					.record({
						id: fc.integer({min: 1, max: 2000}),
						inboxId: fc.constantFrom('1', '2'),
						status: fc.constantFrom('OPEN', 'CLOSED'),
						associatedContactId: fc.constantFrom('1401', '1402'),
						archived: fc.constantFrom(false, false, true),
						latestMessageTimestamp: fc.option(
							fc.integer({min: 1, max: 6}).map(hour => `2025-01-01T0${hour}:00:00.000Z`),
							{nil: undefined},
						),
					})
					.map(({id, latestMessageTimestamp, ...more}) =>
						threadOf(id, {...more, ...(latestMessageTimestamp && {latestMessageTimestamp})}),
					),
				{selector: ({id}) => id, maxLength: 60},
			),
		),
		seed: fc.integer(),
		spread: fc.constantFrom<Spread>('uniform', 'recent', 'tail', 'import'),
		messageless: fc.constantFrom(0, 0.3),
		archivedShare: fc.constantFrom(0, 0.3),
		inboxIds: fc.constant(['1', '2']),
		cursor: fc.constantFrom('keyset' as const, 'offset' as const),
		bound: fc.constantFrom('inclusive' as const, 'exclusive' as const),
		encodedCursor: fc.boolean(),
		limit: fc.integer({min: 1, max: 25}),
		sort: fc.constantFrom('id', '-id', 'latestMessageTimestamp', '-latestMessageTimestamp'),
		boundHour: fc.integer({min: 1, max: 6}),
		inboxId: fc.constantFrom(undefined, '1', '2'),
		threadStatus: fc.constantFrom(undefined, 'OPEN', 'CLOSED'),
		archived: fc.boolean(),
		contactOf: fc.option(fc.nat(), {nil: undefined}),
		sizes: fc.dictionary(fc.integer({min: 1, max: 20}).map(String), fc.integer({min: 0, max: 3})),
	});

	test('followed, they give exactly the threads of the list, in its order, whatever it is', async () => {
		await fc.assert(
			fc.asyncProperty(list, async ({archivedShare, limit, sort, boundHour, sizes, contactOf, ...rest}) => {
				const {inboxId, threadStatus, archived, ...options} = rest;
				const sandbox = createSandbox({
					...options,
					archived: archivedShare,
					rateLimit: false,
					faults: ({number}) => (sizes[number] === undefined ? {} : {size: sizes[number]}),
				});
				const all = [...sandbox.threads];
				const isDescending = sort.startsWith('-');
				const isByTime = sort.endsWith('latestMessageTimestamp');
				const isOfContact = isDescending || contactOf !== undefined;
				const bound = `2025-01-01T0${boundHour}:00:00.000Z`;
				const filter: Partial<Thread> = isOfContact
					? {
							associatedContactId: all[(contactOf ?? 0) % all.length]?.associatedContactId ?? '1401',
							status: threadStatus ?? 'OPEN',
						}
					: {...(inboxId && {inboxId}), ...(threadStatus && {status: threadStatus})};
				const {status, ...sameName} = filter as Record<string, string>;

				const isListed = (thread: Thread) =>
					thread.archived === archived || (thread.archived === undefined && !archived)
						? Object.entries(filter).every(([name, value]) => thread[name as keyof Thread] === value) &&
							(!isByTime ||
								timeOf(thread) > Date.parse(bound) ||
								(timeOf(thread) === Date.parse(bound) && options.bound === 'inclusive'))
						: false;
				const key = isByTime ? timeOf : () => 0;
				const expected = all
					.filter(isListed)
					.sort((a, b) => key(a) - key(b) || Number(a.id) - Number(b.id))
					.map(({id}) => id);
				if (isDescending) {
					expected.reverse();
				}

				const pages = await walk(sandbox, {
					limit: String(limit),
					sort,
					archived: String(archived),
					...sameName,
					...(status && {threadStatus: status}),
					...(isByTime && {latestMessageTimestampAfter: bound}),
				});
				expect(pages.flat()).toEqual(expected);
				// Every page is as full as it may be, but the last.
				const sizeOf = (page: number) => Math.min(limit, sizes[page + 1] ?? limit);
				expect(pages.slice(0, -1).map(page => page.length)).toEqual(
					pages.slice(0, -1).map((_, page) => sizeOf(page)),
				);
			}),
			{numRuns: 1000},
		);
	});
});

describe('the bound of a list by time', () => {
	const threads = [
		threadOf(1, {latestMessageTimestamp: '2025-01-01T00:00:00.400Z'}),
		threadOf(2, {latestMessageTimestamp: '2025-01-01T00:00:00.500Z'}),
		threadOf(3, {latestMessageTimestamp: '2025-01-01T00:00:00.600Z'}),
	];

	test.each<[options: SandboxOptions, ids: string[]]>([
		[{}, ['2', '3']],
		[{bound: 'inclusive'}, ['2', '3']],
		[{bound: 'exclusive'}, ['3']],
		[{boundPrecision: 1000}, ['1', '2', '3']],
		[{boundPrecision: 200}, ['1', '2', '3']],
		[{boundPrecision: 200, bound: 'exclusive'}, ['2', '3']],
	])('%j', async (options, ids) => {
		const latestMessageTimestampAfter = '2025-01-01T00:00:00.500Z';
		const sandbox = createSandbox({threads, ...options});
		expect((await walk(sandbox, {...fromTheStart, latestMessageTimestampAfter})).flat()).toEqual(ids);
	});
});

describe('threads that receive messages while a walk runs', () => {
	const walkWithMessage = (cursor: 'keyset' | 'offset') => {
		const sandbox = createSandbox({threads: hourly(6), cursor});
		return walk(sandbox, {...fromTheStart, limit: '2'}, page => {
			if (page === 1) {
				sandbox.receiveMessage('1', new Date('2025-01-01T12:00:00Z'));
			}
		});
	};

	test('keyset: such a thread comes once more, at the end', async () => {
		expect(await walkWithMessage('keyset')).toEqual([['1', '2'], ['3', '4'], ['5', '6'], ['1']]);
	});

	test('offset: it does too, and another is skipped', async () => {
		expect(await walkWithMessage('offset')).toEqual([
			['1', '2'],
			['4', '5'],
			['6', '1'],
		]);
	});

	test('a keyset cursor points where its thread was, though it is there no more', async () => {
		const sandbox = createSandbox({threads: hourly(4)});
		const pages = await walk(sandbox, {...fromTheStart, limit: '2'}, page => {
			if (page === 1) {
				sandbox.receiveMessage('2', new Date('2025-01-01T12:00:00Z'));
			}
		});
		expect(pages).toEqual([['1', '2'], ['3', '4'], ['2']]);
	});

	test('now unless a time is given, also back in time, and a first message brings a thread into the list', async () => {
		useFakeClock();
		const sandbox = createSandbox({threads: [...hourly(2), threadOf(3)]});
		const list = async () => (await walk(sandbox, fromTheStart)).flat();
		expect(await list()).toEqual(['1', '2']);
		sandbox.receiveMessage('3');
		expect(await list()).toEqual(['1', '2', '3']);
		expect([...sandbox.threads][2]).toEqual(
			threadOf(3, {
				latestMessageTimestamp: '2026-01-01T00:00:00.000Z',
				latestMessageReceivedTimestamp: '2026-01-01T00:00:00.000Z',
			}),
		);
		sandbox.receiveMessage('3', new Date('2024-01-01'));
		expect(await list()).toEqual(['3', '1', '2']);
	});

	test('a change that brings no message moves nothing', async () => {
		const sandbox = createSandbox({threads: hourly(3)});
		sandbox.update('1', {status: 'CLOSED', closedAt: '2026-01-01T00:00:00.000Z', inboxId: '2'});
		expect((await walk(sandbox, fromTheStart)).flat()).toEqual(['1', '2', '3']);
		expect((await walk(sandbox, {inboxId: '2'})).flat()).toEqual(['1']);
	});
});

describe('an index that is behind', () => {
	const setUp = () => {
		useFakeClock();
		const sandbox = createSandbox({threads: [...hourly(4), threadOf(5)], indexLag: 3000});
		const list = async (parameters: Record<string, string> = {}) =>
			(await ask(sandbox, {...fromTheStart, ...parameters})).body.results;
		return {sandbox, list, places: async () => idsOf(await list())};
	};

	test('a thread keeps its old place until the lag has passed, and its body is new at once', async () => {
		const {sandbox, list, places} = setUp();
		sandbox.receiveMessage('2');
		expect(await places()).toEqual(['1', '2', '3', '4']);
		expect((await list())[1]?.latestMessageTimestamp).toBe('2026-01-01T00:00:00.000Z');
		jest.setSystemTime(start + 2999);
		expect(await places()).toEqual(['1', '2', '3', '4']);
		jest.setSystemTime(start + 3000);
		expect(await places()).toEqual(['1', '3', '4', '2']);
	});

	test('it is found by its old place, and not yet by its new one', async () => {
		const {sandbox, list} = setUp();
		sandbox.receiveMessage('2');
		const after = (latestMessageTimestampAfter: string) => list({latestMessageTimestampAfter});
		expect(idsOf(await after('2025-01-01T02:00:00.000Z'))).toEqual(['3', '4']);
		jest.setSystemTime(start + 3000);
		expect(idsOf(await after('2025-01-01T02:00:00.000Z'))).toEqual(['3', '4', '2']);
	});

	test('each message has its own lag, and a first one is in no list before', async () => {
		const {sandbox, places} = setUp();
		sandbox.receiveMessage('5');
		sandbox.receiveMessage('1');
		jest.setSystemTime(start + 2000);
		sandbox.receiveMessage('5');
		expect(await places()).toEqual(['1', '2', '3', '4']);
		jest.setSystemTime(start + 3000);
		expect(await places()).toEqual(['2', '3', '4', '1', '5']);
		jest.setSystemTime(start + 4999);
		sandbox.receiveMessage('1', new Date(start + 1));
		expect(await places()).toEqual(['2', '3', '4', '1', '5']);
		jest.setSystemTime(start + 5000);
		expect(await places()).toEqual(['2', '3', '4', '1', '5']);
		jest.setSystemTime(start + 7999);
		expect((await places()).slice(3)).toEqual(['1', '5']);
	});
});

interface Opened extends AsyncDisposable {
	readonly sandbox: Sandbox;
	readonly fetch: (parameters?: Parameters, signal?: AbortSignal) => Promise<Response>;
}

const transports: Record<string, (options: SandboxOptions) => Promise<Opened>> = {
	async 'without sockets'(options) {
		const sandbox = createSandbox(options);
		return {
			sandbox,
			fetch: async (parameters, signal) => sandbox.fetch(requestOf(parameters, signal ? {signal} : {})),
			async [Symbol.asyncDispose]() {},
		};
	},
	async 'over real HTTP'(options) {
		const sandbox = await startSandbox(options);
		return {
			sandbox,
			fetch: (parameters, signal) =>
				globalThis.fetch(requestOf(parameters, {url: sandbox.url + path, ...(signal && {signal})})),
			[Symbol.asyncDispose]: sandbox[Symbol.asyncDispose],
		};
	},
};

describe.each(Object.entries(transports))('what goes wrong, %s:', (_, transport) => {
	const opened: Opened[] = [];
	async function open(fault: Fault | SandboxOptions['faults'], options: SandboxOptions = {}) {
		const faults = typeof fault === 'function' ? fault : ({1: fault} as Record<number, Fault>);
		const transported = await transport({threads: hourly(6), faults, ...options});
		opened.push(transported);
		return transported;
	}

	afterEach(async () => {
		for (const transported of opened.splice(0)) {
			await transported[Symbol.asyncDispose]();
		}
	});

	test('nothing', async () => {
		const {fetch, sandbox} = await open({});
		const response = await fetch({limit: '2'});
		expect(response.status).toBe(200);
		expect(Object.fromEntries(response.headers)).toMatchObject({
			'content-type': 'application/json;charset=utf-8',
			date: expect.stringMatching(/^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/),
			'x-hubspot-correlation-id': expect.any(String),
			'x-hubspot-ratelimit-max': '190',
		});
		expect(await response.json()).toEqual({
			results: hourly(2),
			paging: {next: {after: expect.any(String), link: expect.stringMatching(/^\?after=/)}},
		});
		expect(sandbox.requests).toMatchObject([{number: 1, status: 200}]);
	});

	test.each([408, 423, 429, 477, 500, 502, 503, 504, 520, 521, 522, 523, 524])('status %i', async status => {
		const {fetch, sandbox} = await open({status});
		const response = await fetch();
		expect(response.status).toBe(status);
		expect(await response.json()).toEqual({
			category: 'INTERNAL_ERROR',
			correlationId: response.headers.get('x-hubspot-correlation-id'),
		});
		expect(sandbox.requests[0]).toMatchObject({status});
		expect((await fetch()).status).toBe(200);
	});

	test.each([204, 205, 304])('status %i, which has no body', async status => {
		const {fetch} = await open({status});
		const response = await fetch();
		expect(response.status).toBe(status);
		expect(await response.text()).toBe('');
	});

	test.each<[name: string, body: unknown, text: string]>([
		['HTML', '<html>Bad gateway</html>', '<html>Bad gateway</html>'],
		['empty', '', ''],
		['JSON', {errors: ['no']}, '{"errors":["no"]}'],
		['null', null, 'null'],
		['a list', [1], '[1]'],
	])('a body: %s', async (_, body, text) => {
		const {fetch} = await open(({number}) => (number === 1 ? {body} : {status: 502, body}));
		const [good, bad] = [await fetch(), await fetch()];
		expect([good.status, await good.text()]).toEqual([200, text]);
		expect([bad.status, await bad.text()]).toEqual([502, text]);
	});

	test('headers, in place of its own', async () => {
		const headers = {'Retry-After': '7', 'Content-Type': 'text/html', Date: 'Thu, 01 Jan 2026 00:00:00 GMT'};
		const {fetch} = await open({status: 503, headers});
		const response = await fetch();
		expect(Object.fromEntries(response.headers)).toMatchObject({
			'retry-after': '7',
			'content-type': 'text/html',
			date: 'Thu, 01 Jan 2026 00:00:00 GMT',
		});
		await response.text();
	});

	test('the rules go first: the token, then the rate', async () => {
		const {sandbox, fetch} = await open(() => ({status: 503}), {rateLimit: {limit: 1}});
		expect((await sandbox.fetch(requestOf({}, {headers: {}}))).status).toBe(401);
		expect([(await fetch()).status, (await fetch()).status]).toEqual([503, 429]);
	});

	test.each(['headers', 'body'] as const)('a stall in the %s, until the client goes away', async stall => {
		const {sandbox, fetch} = await open({stall});
		const controller = new AbortController();
		const reason = new Error('I have waited enough');
		let received = '';
		let isSettled = false;
		const work = (async () => {
			const response = await fetch({}, controller.signal);
			expect(stall).toBe('body');
			expect(response.status).toBe(200);
			for await (const bytes of response.body as ReadableStream<Uint8Array>) {
				received += Buffer.from(bytes).toString();
			}
		})().finally(() => {
			isSettled = true;
		});
		work.catch(() => {});
		const half = Math.floor(JSON.stringify({results: hourly(6)}).length / 2);
		await until(() => sandbox.requests.length === 1 && received.length === (stall === 'body' ? half : 0));
		await flush();
		expect(isSettled).toBe(false);
		expect(sandbox.requests[0]?.isAborted).toBeUndefined();

		controller.abort(reason);
		await expect(work).rejects.toBe(reason);
		await until(() => sandbox.requests[0]?.isAborted === true);
		expect(sandbox.requests[0]?.status).toBe(stall === 'body' ? 200 : undefined);
		expect((await fetch()).status).toBe(200);
	});

	test('a cut, in the middle of the body', async () => {
		const {sandbox, fetch} = await open({cut: true});
		const response = await fetch();
		expect(response.status).toBe(200);
		await expect(response.text()).rejects.toMatchObject({name: 'TypeError', message: 'terminated'});
		expect(sandbox.requests).toMatchObject([{status: 200}]);
		expect(sandbox.requests[0]).not.toHaveProperty('isAborted');
		expect((await fetch()).status).toBe(200);
	});

	test('a cut of an error’s body', async () => {
		const {fetch} = await open({cut: true, status: 500, body: 'x'.repeat(100_000)});
		const response = await fetch();
		expect(response.status).toBe(500);
		await expect(response.text()).rejects.toMatchObject({name: 'TypeError', message: 'terminated'});
	});

	test('a reset, before the headers', async () => {
		const {sandbox, fetch} = await open({reset: true});
		await expect(fetch()).rejects.toMatchObject({
			name: 'TypeError',
			message: 'fetch failed',
			cause: {code: 'ECONNRESET'},
		});
		expect(sandbox.requests[0]).not.toHaveProperty('status');
		expect((await fetch()).status).toBe(200);
	});

	test('latency, and another latency for one request', async () => {
		const {sandbox, fetch} = await open({latency: 0}, {latency: 1_000_000_000});
		expect((await fetch()).status).toBe(200);
		const controller = new AbortController();
		const late = fetch({}, controller.signal);
		late.catch(() => {});
		await until(() => sandbox.requests.length === 2);
		controller.abort(new Error('too late'));
		await expect(late).rejects.toThrow('too late');
		await until(() => sandbox.requests[1]?.isAborted === true);
		expect(sandbox.requests[1]).not.toHaveProperty('status');
	});

	test('empty and short pages, that do not end the list', async () => {
		const {sandbox} = await open(({number}) => ({size: [0, 3, 0, 0][number - 1] ?? 2}));
		expect(await walk(sandbox, {limit: '5'})).toEqual([[], ['1', '2', '3'], [], [], ['4', '5'], ['6']]);
		const cursors = sandbox.requests.map(({parameters}) => parameters.get('after'));
		expect(new Set(cursors).size).toBe(6);
	});

	test('a page cannot be longer than was asked for', async () => {
		const {sandbox} = await open({size: 5});
		expect((await walk(sandbox, {limit: '3'})).map(page => page.length)).toEqual([3, 3]);
	});

	test.each([1, 2])('the cursor of %i answers ago', async repeatCursor => {
		const {fetch} = await open(({number}) => (number === 4 ? {repeatCursor} : undefined));
		const cursors: string[] = [];
		for (let after: string | undefined; cursors.length < 4; ) {
			const response = await fetch({limit: '1', ...(after && {after})});
			cursors.push(((await response.json()) as Body).paging?.next.after as string);
			after = decodeURIComponent(cursors.at(-1) as string);
		}

		expect(cursors[3]).toBe(cursors[3 - repeatCursor]);
		expect(new Set(cursors).size).toBe(3);
	});

	test('a cursor is never repeated in another list, where it could mean something', async () => {
		const {sandbox} = await open(({number}) => (number === 2 ? {repeatCursor: 1} : undefined));
		await ask(sandbox, {limit: '2'});
		const {body} = await ask(sandbox, {limit: '1', threadStatus: 'OPEN'});
		const next = {after: decodeURIComponent(body.paging?.next.after as string), threadStatus: 'OPEN'};
		expect(idsOf((await ask(sandbox, next)).body.results)).toEqual(['2', '3', '4', '5', '6']);
	});

	test('a cursor that cannot be read', async () => {
		const {fetch} = await open({unreadableCursor: true});
		const {paging} = (await (await fetch({limit: '1'})).json()) as Body;
		const response = await fetch({after: paging?.next.after as string});
		expect(response.status).toBe(400);
		expect(await response.json()).toMatchObject({subCategory: 'ConversationsApiError.UNPARSEABLE_TOKEN'});
	});
});

describe('without sockets', () => {
	test('latency is the clock’s, by request if it is a function', async () => {
		useFakeClock();
		const sandbox = createSandbox({
			threads: 1,
			latency: ({number}) => number * 1000,
			faults: {2: {latency: 250}, 3: {latency: 0}},
		});
		const times = [];
		for (let request = 1; request <= 4; request++) {
			const before = Date.now();
			await settle(sandbox.fetch(requestOf()));
			times.push(Date.now() - before);
		}

		expect(times).toEqual([1000, 250, 0, 4000]);
		expect(jest.getTimerCount()).toBe(0);
	});

	test('an abort ends the latency at once, with its reason, and leaves no timer', async () => {
		useFakeClock();
		const sandbox = createSandbox({latency: 1000});
		const controller = new AbortController();
		const answer = sandbox.fetch(requestOf({}, {signal: controller.signal}));
		controller.abort('reason');
		await expect(answer).rejects.toBe('reason');
		expect(jest.getTimerCount()).toBe(0);
		expect(sandbox.requests).toMatchObject([{isAborted: true}]);
	});

	test('a request that was aborted before never arrives', async () => {
		const sandbox = createSandbox();
		const signal = AbortSignal.abort('reason');
		await expect(sandbox.fetch(requestOf({}, {signal}))).rejects.toBe('reason');
		expect(sandbox.requests).toHaveLength(0);
	});

	test('a cut and a stall come after exactly half of the body', async () => {
		const sandbox = createSandbox({faults: {1: {body: 'abcdef', cut: true}}});
		const response = await sandbox.fetch(requestOf());
		const reader = (response.body as ReadableStream<Uint8Array>).getReader();
		expect(Buffer.from((await reader.read()).value ?? []).toString()).toBe('abc');
		await expect(reader.read()).rejects.toThrow('terminated');
	});
});

describe('the request log', () => {
	test('has what came and what became of it', async () => {
		useFakeClock();
		const sandbox = createSandbox({threads: 5, faults: {2: {status: 503}, 3: {reset: true}}});
		await ask(sandbox, {limit: '2', inboxId: '481939'});
		jest.setSystemTime(start + 1500);
		await ask(sandbox, {sort: 'id'});
		await expect(ask(sandbox)).rejects.toThrow('fetch failed');
		expect(sandbox.requests.map(({parameters, headers, url, ...rest}) => rest)).toEqual([
			{number: 1, method: 'GET', time: start, status: 200},
			{number: 2, method: 'GET', time: start + 1500, status: 503},
			{number: 3, method: 'GET', time: start + 1500},
		]);
		const [first] = sandbox.requests;
		expect([...(first?.parameters ?? [])]).toEqual([
			['limit', '2'],
			['inboxId', '481939'],
		]);
		expect(first?.url).toBe(`https://api.hubapi.com${path}?limit=2&inboxId=481939`);
		expect(first?.headers.get('authorization')).toBe('Bearer sandbox-token');
	});

	test('is what the faults and the latency are decided by', async () => {
		const faults = jest.fn<Extract<SandboxOptions['faults'], (...a: never) => unknown>>(({parameters}) =>
			parameters.has('after') ? {status: 502} : undefined,
		);
		const sandbox = createSandbox({faults});
		expect((await ask(sandbox)).status).toBe(200);
		expect((await ask(sandbox, {after: 'x'})).status).toBe(502);
		expect(faults.mock.calls).toEqual(sandbox.requests.map(request => [request]));
	});

	test('is the same over real HTTP', async () => {
		const sandbox = await startSandbox({threads: 5});
		const response = await fetch(requestOf({limit: '2', after: ''}, {url: sandbox.url + path}));
		await response.text();
		expect(sandbox.requests).toMatchObject([{number: 1, status: 400, url: response.url}]);
		expect([...(sandbox.requests[0]?.parameters ?? [])]).toEqual([
			['limit', '2'],
			['after', ''],
		]);
		expect(sandbox.requests[0]?.headers.get('authorization')).toBe('Bearer sandbox-token');
		await sandbox.close();
	});
});

describe('over real HTTP', () => {
	test('it listens on this machine only, on a port that is free or given', async () => {
		const sandbox = await startSandbox();
		expect(sandbox.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
		await sandbox.close();
		const again = await startSandbox({port: Number(new URL(sandbox.url).port)});
		expect(again.url).toBe(sandbox.url);
		await again.close();
	});

	test('both ways in have one log, one rate and one set of threads', async () => {
		const sandbox = await startSandbox({threads: 5});
		sandbox.update('1000000007', {status: 'ODD'});
		const response = await fetch(requestOf({limit: '1'}, {url: sandbox.url + path}));
		expect(await response.json()).toMatchObject({results: [{status: 'ODD'}]});
		const direct = await sandbox.fetch(requestOf());
		expect(direct.headers.get('x-hubspot-ratelimit-remaining')).toBe('188');
		expect(sandbox.requests).toHaveLength(2);
		await sandbox.close();
	});

	test('close() ends answers that would never come, and can be called twice', async () => {
		const sandbox = await startSandbox({faults: {1: {stall: 'headers'}, 2: {stall: 'body'}}});
		const answers = [1, 2].map(async () =>
			(await fetch(requestOf({}, {url: sandbox.url + path})))
				.text()
				.catch(() => Promise.reject(new Error('cut'))),
		);
		const results = Promise.allSettled(answers);
		await until(() => sandbox.requests.length === 2);
		await sandbox.close();
		await sandbox.close();
		expect(await results).toMatchObject([{status: 'rejected'}, {status: 'rejected'}]);
		await expect(fetch(sandbox.url)).rejects.toThrow('fetch failed');
	});

	test('await using closes it', async () => {
		// Compiled, as a user's code is: Node 22 does not have the syntax.
		const source = `async (startSandbox) => {
			await using sandbox = await startSandbox();
			return {url: sandbox.url, status: (await fetch(sandbox.url)).status};
		}`;
		const compilerOptions = {target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.None};
		const {outputText} = ts.transpileModule(`const use = ${source};`, {compilerOptions});
		const use = new Function(`${outputText}; return use;`)() as (
			start: typeof startSandbox,
		) => Promise<{readonly url: string; readonly status: number}>;
		const {url, status} = await use(startSandbox);
		expect(status).toBe(401);
		await expect(fetch(url)).rejects.toThrow('fetch failed');
	});
});
