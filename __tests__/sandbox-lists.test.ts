import {afterEach, describe, expect, jest, test} from '@jest/globals';
import {createSandbox, type SandboxOptions} from '../lib/sandbox/index.ts';
import {start, useFakeClock} from './support/clock.ts';
import {ask, v3, walkPages} from './support/sandbox.ts';

const dated = '/conversations/conversations/2026-09';
const make = (options: SandboxOptions = {}) => createSandbox({threads: 30, rateLimit: false, ...options});
const sandbox = make();
const [first] = [...sandbox.threads];
const threadId = first?.id as string;
const messageId = sandbox.messages(threadId)[0]?.id as string;
const idOf = ({id}: {readonly id: string}) => id;

afterEach(() => {
	jest.useRealTimers();
});

const gets = [
	'/threads?limit=5',
	`/threads/${threadId}`,
	`/threads/${threadId}/messages`,
	`/threads/${threadId}/messages/${messageId}`,
	`/threads/${threadId}/messages/${messageId}/original-content`,
	'/inboxes',
	'/inboxes/481939',
	'/channels',
	'/channels/1002',
	'/channel-accounts',
	'/channel-accounts/148660',
	'/actors/S-hubspot',
];
const everywhere = [
	...gets.flatMap(path => [v3 + path, dated + path]),
	'/account-info/2026-03/details',
	'/account-info/v3/details',
];

describe('the endpoints', () => {
	test.each(gets)('%s is the same under both paths', async path => {
		const [older, newer] = [await ask(make(), v3 + path), await ask(make(), dated + path)];
		expect(older.status).toBe(200);
		expect(newer.body).toEqual(older.body);
	});

	test.each(everywhere)('GET %s: needs a token, counts, and takes no other method', async path => {
		const limited = make({rateLimit: {limit: 4, daily: 10}});
		expect((await ask(limited, path, {token: 'garbage'})).body.category).toBe('EXPIRED_AUTHENTICATION');
		const statuses = [];
		for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'GET']) {
			statuses.push((await ask(limited, path, {method})).status);
		}

		expect(statuses).toEqual([200, 405, 405, 405, 429]);
		expect(limited.requests.map(({method}) => method)).toEqual([
			'GET',
			'GET',
			'POST',
			'PUT',
			'DELETE',
			'GET',
		]);
	});

	test.each([v3, dated])(
		'a batch of actors is read from %s with a POST, and with no other method',
		async base => {
			const path = `${base}/actors/batch/read`;
			const body = {inputs: ['S-hubspot']};
			expect((await ask(sandbox, path, {method: 'POST', body})).status).toBe(200);
			expect((await ask(sandbox, path, {method: 'POST', body, token: 'x'})).status).toBe(401);
			expect((await ask(sandbox, path)).status).toBe(405);
			expect((await ask(sandbox, path, {method: 'PUT', body})).status).toBe(405);
		},
	);

	test.each([
		'/threads/',
		'/threads/1',
		'/threads/x',
		'/threads/1/messages',
		'/threads/1/messages/1',
		'/threads/1/messages/1/original-content',
		`/threads/${threadId}/messages/`,
		`/threads/${threadId}/message`,
		'/inboxes/1',
		'/inboxes/toString',
		'/channels/1',
		'/channel-accounts/1',
		'/actors/V-1',
		'/actors/A-1',
		'/actors/S-other',
		'/actors/E-nobody@customer.example',
		'/actors/constructor',
		'/actors',
		'/account-info/2025-09/details',
	])('%s: 404', async path => {
		const {status, body} = await ask(sandbox, path);
		expect(status).toBe(404);
		expect(body).toMatchObject({
			status: 'error',
			message: expect.any(String),
			correlationId: expect.any(String),
		});
	});

	test('the account tells its id, and the time zone of its day', async () => {
		expect((await ask(sandbox, '/account-info/2026-03/details')).body).toMatchObject({
			portalId: expect.any(Number),
			timeZone: 'UTC',
		});
	});
});

describe('one thread', () => {
	test('is what the list has, with its ticket only if it is asked for', async () => {
		const other = make({threads: 200});
		for (const association of ['', '&association=TICKET']) {
			const {results} = (await ask(other, `/threads?limit=200${association}`)).body;
			for (const thread of results) {
				expect((await ask(other, `/threads/${thread.id}?archived=false${association}`)).body).toEqual(thread);
			}
		}

		const {status, body} = await ask(other, `/threads/${threadId}?association=DEAL`);
		expect({status, body}).toMatchObject({status: 400, body: {message: 'association must be TICKET.'}});
	});

	test('that is archived is found only with archived=true, and the others only without', async () => {
		const other = make();
		const statuses = async () => [
			(await ask(other, `/threads/${threadId}`)).status,
			(await ask(other, `/threads/${threadId}?archived=true`)).status,
		];
		expect(await statuses()).toEqual([200, 404]);
		other.archiveThread(threadId);
		expect(await statuses()).toEqual([404, 200]);
		other.restoreThread(threadId);
		expect(await statuses()).toEqual([200, 404]);
	});
});

describe.each([
	['/inboxes', sandbox.inboxes],
	['/channels', sandbox.channels],
	['/channel-accounts', sandbox.channelAccounts],
] as const)('the list of %s', (path, truth) => {
	const items = [...truth] as ReadonlyArray<{
		readonly id: string;
		readonly name: string;
		readonly archived?: boolean;
	}>;
	const listed = items.filter(({archived}) => !archived).sort((a, b) => Number(a.id) - Number(b.id));

	test('is one page with its total, in the order of ids', async () => {
		expect((await ask(sandbox, path)).body).toEqual({total: listed.length, results: listed});
		expect(listed.length).toBeGreaterThan(2);
	});

	test('has pages, of which the last has paging but no next', async () => {
		for (const size of ['limit', 'defaultPageLength']) {
			const pages = await walkPages(sandbox, path, {[size]: '1'});
			expect(pages.map(page => page.length)).toEqual(listed.map(() => 1));
			expect(pages.flat()).toEqual(listed);
		}

		const {after} = (await ask(sandbox, `${path}?limit=1`)).body.paging.next;
		const {paging} = (await ask(sandbox, `${path}?after=${after}`)).body;
		expect(paging).toEqual({prev: {before: expect.any(String)}});
	});

	test('is sorted by any field, also by several', async () => {
		const byName = listed.toSorted((a, b) =>
			a.name < b.name ? -1 : a.name > b.name ? 1 : Number(a.id) - Number(b.id),
		);
		expect((await ask(sandbox, `${path}?sort=name`)).body.results).toEqual(byName);
		expect((await ask(sandbox, `${path}?sort=-id`)).body.results).toEqual(listed.toReversed());
		expect((await ask(sandbox, `${path}?sort=unknown&sort=-id`)).body.results).toEqual(listed.toReversed());
	});

	test('has each by its id', async () => {
		for (const item of items) {
			const archived = item.archived ? '?archived=true' : '';
			expect((await ask(sandbox, `${path}/${item.id}${archived}`)).body).toEqual(item);
			expect((await ask(sandbox, `${path}/${item.id}${archived ? '' : '?archived=true'}`)).status).toBe(
				item.archived === undefined ? 200 : 404,
			);
		}
	});

	test('refuses a bad limit and a cursor that it did not write', async () => {
		expect((await ask(sandbox, `${path}?limit=0`)).status).toBe(400);
		expect((await ask(sandbox, `${path}?limit=501`)).status).toBe(400);
		expect((await ask(sandbox, `${path}?after=x`)).body.subCategory).toBe(
			'ConversationsApiError.UNPARSEABLE_TOKEN',
		);
	});

	test('takes empty and short pages, repeated and unreadable cursors', async () => {
		const sizes = [0, 2, 0, 0];
		const other = make({faults: ({number}) => ({size: sizes[number - 1] ?? 1})});
		const pages = await walkPages(other, path, {limit: '5'});
		expect(pages.map(page => page.length).slice(0, 4)).toEqual(sizes);
		expect(pages.flat()).toEqual(listed);
		expect(new Set(other.requests.map(({url}) => url)).size).toBe(pages.length);

		const broken = make({faults: {2: {repeatCursor: 1}, 3: {unreadableCursor: true}}});
		const cursor = async (after = '') =>
			(await ask(broken, `${path}?limit=1${after}`)).body.paging.next.after;
		const one = await cursor();
		expect(await cursor(`&after=${one}`)).toBe(one);
		expect(await cursor()).toBe('unreadable');
	});
});

describe('the small lists', () => {
	test('archived inboxes and accounts are in lists of their own', async () => {
		for (const [path, truth] of [
			['/inboxes', sandbox.inboxes],
			['/channel-accounts', sandbox.channelAccounts],
		] as const) {
			const archived = [...truth].filter(item => item.archived);
			expect(archived).toHaveLength(1);
			expect(archived[0]?.archivedAt).toBeDefined();
			expect((await ask(sandbox, `${path}?archived=true`)).body).toEqual({total: 1, results: archived});
		}
	});

	test('accounts are filtered by channels and inboxes, one or several', async () => {
		const list = async (query: string) =>
			(await ask(sandbox, `/channel-accounts?${query}`)).body.results.map(idOf);
		const wanted = (is: (channelId: string, inboxId: string) => boolean) =>
			[...sandbox.channelAccounts]
				.filter(({archived, channelId, inboxId}) => !archived && is(channelId, inboxId))
				.map(idOf)
				.sort();
		expect(await list('channelId=1002')).toEqual(wanted(channelId => channelId === '1002'));
		expect(await list('channelId=1002&channelId=1000')).toEqual(
			wanted(channelId => channelId === '1002' || channelId === '1000'),
		);
		const inboxId = [...sandbox.channelAccounts][0]?.inboxId;
		expect(await list(`inboxId=${inboxId}`)).toEqual(wanted((_, id) => id === inboxId));
		expect(await list('inboxId=1')).toEqual([]);
	});

	test('name what the threads name, whoever made them', async () => {
		const thread = {
			...first,
			id: '7',
			inboxId: '70',
			originalChannelId: '71',
			originalChannelAccountId: '72',
			associatedContactId: '73',
			assignedTo: 'A-74',
		} as never;
		for (const other of [sandbox, make({threads: [thread]}), make({threads: 0})]) {
			const has = (items: Iterable<{readonly id: string}>, id: string) => [...items].map(idOf).includes(id);
			for (const {
				inboxId,
				originalChannelId,
				originalChannelAccountId,
				associatedContactId,
				assignedTo,
			} of other.threads) {
				expect(has(other.inboxes, inboxId)).toBe(true);
				expect(has(other.channels, originalChannelId)).toBe(true);
				expect(has(other.channelAccounts, originalChannelAccountId)).toBe(true);
				expect(has(other.actors, `V-${associatedContactId}`)).toBe(true);
				expect(has(other.actors, assignedTo ?? 'S-hubspot')).toBe(true);
			}
		}
	});
});

describe('the actors', () => {
	test('are of all types, told by their prefixes', async () => {
		const prefixes = new Map([...sandbox.actors].map(({id, type}) => [id.slice(0, 2), type]));
		expect(Object.fromEntries(prefixes)).toEqual({
			'A-': 'AGENT',
			'V-': 'VISITOR',
			'S-': 'SYSTEM',
			'B-': 'BOT',
			'I-': 'INTEGRATOR',
			'E-': 'EMAIL',
			'L-': 'LLM',
		});
	});

	test('are all that messages name, and each is read by its id', async () => {
		const known = new Map([...sandbox.actors].map(actor => [actor.id, actor]));
		const named = [...sandbox.threads]
			.flatMap(({id}) => sandbox.messages(id))
			.flatMap(({createdBy, senders, recipients, assignedTo, assignedFrom}) => [
				createdBy,
				assignedTo,
				assignedFrom,
				...[...senders, ...recipients].map(({actorId}) => actorId),
			])
			.filter(id => id !== undefined);
		expect(named.filter(id => !known.has(id))).toEqual([]);
		for (const [id, actor] of known) {
			expect((await ask(sandbox, `/actors/${encodeURIComponent(id)}`)).body).toEqual(actor);
		}
	});

	test('who comes by name later is known from then on', async () => {
		const other = make();
		const status = async (id: string) => (await ask(other, `/actors/${id}`)).status;
		expect([await status('A-9'), await status('B-9')]).toEqual([404, 404]);
		other.assignThread(threadId, 'A-9');
		other.receiveMessage(threadId, new Date(), {createdBy: 'B-9', direction: 'OUTGOING'});
		expect([await status('A-9'), await status('B-9')]).toEqual([200, 200]);
		expect([...other.actors].map(idOf)).toEqual(expect.arrayContaining(['A-9', 'B-9']));
	});

	const read = (inputs: unknown) => ask(sandbox, '/actors/batch/read', {method: 'POST', body: {inputs}});

	test('of a batch are each there once', async () => {
		const inputs = ['S-hubspot', 'A-2620003', 'S-hubspot', 'V-1401'];
		const {status, body} = await read(inputs);
		expect(status).toBe(200);
		expect(body).toEqual({
			status: 'COMPLETE',
			startedAt: expect.any(String),
			completedAt: expect.any(String),
			results: [{id: 'S-hubspot', type: 'SYSTEM'}, expect.anything(), expect.anything()],
		});
		expect(body.results.map(idOf)).toEqual(['S-hubspot', 'A-2620003', 'V-1401']);
	});

	test('that HubSpot does not know make it a 207', async () => {
		const {status, body} = await read(['V-999', 'S-hubspot', 'x']);
		expect(status).toBe(207);
		expect(body).toMatchObject({
			status: 'COMPLETE',
			results: [{id: 'S-hubspot'}],
			numErrors: 1,
			errors: [
				{
					status: 'error',
					category: 'OBJECT_NOT_FOUND',
					message: 'Some actors were not found',
					errors: [],
					context: {ids: ['V-999', 'x']},
					links: {},
				},
			],
		});
	});

	test.each([
		['no JSON', 'inputs=1'],
		['null', 'null'],
		['no inputs', {}],
		['none', {inputs: []}],
		['numbers', {inputs: [1]}],
		['too many', {inputs: Array.from({length: 101}, (_, id) => `V-${id}`)}],
	])('a batch of %s: 400', async (_, body) => {
		const {status, body: answer} = await ask(sandbox, '/actors/batch/read', {method: 'POST', body});
		expect({status, answer}).toMatchObject({status: 400, answer: {category: 'VALIDATION_ERROR'}});
	});
});

describe('what goes wrong', () => {
	test.each(everywhere)('%s takes every fault', async path => {
		useFakeClock();
		const faults = [
			{status: 503, body: '{"is":"busy"}', headers: {'retry-after': '3'}},
			{reset: true},
			{body: '["odd"]'},
			{cut: true},
			{stall: 'body' as const},
			{stall: 'headers' as const},
		];
		const other = make({faults: ({number}) => faults[number - 1]});
		const controller = new AbortController();
		const headers = {authorization: 'Bearer sandbox-token'};
		const get = () =>
			other.fetch(new Request(`https://api.hubapi.com${path}`, {headers, signal: controller.signal}));
		const busy = await get();
		expect([busy.status, busy.headers.get('retry-after'), await busy.text()]).toEqual([
			503,
			'3',
			'{"is":"busy"}',
		]);
		await expect(get()).rejects.toThrow('fetch failed');
		expect(await (await get()).json()).toEqual(['odd']);
		await expect((await get()).text()).rejects.toThrow('terminated');
		const stalled = (await get()).text();
		const silent = get();
		controller.abort(new Error('enough'));
		await expect(stalled).rejects.toThrow('enough');
		await expect(silent).rejects.toThrow('enough');
		expect(other.requests.map(({isAborted = false}) => isAborted)).toEqual([
			false,
			false,
			false,
			false,
			true,
			true,
		]);
		expect(jest.getTimerCount()).toBe(0);
	});

	test('a batch of actors takes them too', async () => {
		const other = make({faults: {1: {status: 503}, 2: {cut: true}}});
		const post = () => ask(other, '/actors/batch/read', {method: 'POST', body: {inputs: ['S-hubspot']}});
		expect((await post()).status).toBe(503);
		await expect(post()).rejects.toThrow('terminated');
		expect((await post()).status).toBe(200);
	});

	test('its latency is the clock’s', async () => {
		useFakeClock();
		const other = make({latency: 250});
		const answer = ask(other, '/inboxes');
		await jest.advanceTimersByTimeAsync(249);
		expect(other.requests[0]?.status).toBeUndefined();
		await jest.advanceTimersByTimeAsync(1);
		expect((await answer).status).toBe(200);
		expect(Date.now()).toBe(start + 250);
	});
});
