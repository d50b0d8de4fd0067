import {afterEach, describe, expect, jest, test} from '@jest/globals';
import type {Thread} from '../lib/index.ts';
import {createSandbox, type Sandbox} from '../lib/sandbox/index.ts';
import {start, useFakeClock} from './support/clock.ts';
import {ask, walkPages} from './support/sandbox.ts';

const fromTheStart = {
	sort: 'latestMessageTimestamp',
	latestMessageTimestampAfter: '2000-01-01T00:00:00.000Z',
};

afterEach(() => {
	jest.useRealTimers();
});

/** A sandbox, one of its threads in a chat, and what it has. */
function setUp(channel = '1000') {
	useFakeClock();
	const sandbox = createSandbox({threads: 60, rateLimit: false, hiddenMessages: 0});
	const wanted = ({originalChannelId, status, assignedTo}: Thread) =>
		originalChannelId === channel && status === 'OPEN' && assignedTo !== undefined;
	const thread = [...sandbox.threads].find(wanted) as Thread;
	const {id} = thread;
	const now = () => [...sandbox.threads].find(thread => thread.id === id) as Thread;
	const before = sandbox.messages(id);
	/** What has been added, as the list has it, oldest first. */
	const added = async () => {
		const list = (
			await walkPages<{readonly id: string}>(sandbox, `/threads/${id}/messages`, {sort: 'createdAt'})
		).flat();
		const old = new Set(before.map(({id}) => id));
		return list.filter(({id}) => !old.has(id));
	};
	const listed = async (parameters = {}) =>
		(await walkPages<Thread>(sandbox, '/threads', parameters)).flat().map(({id}) => id);
	return {sandbox, thread, id, now, added, listed};
}

const madeBySystem = {
	createdBy: 'S-hubspot',
	client: {clientType: 'SYSTEM'},
	senders: [{actorId: 'S-hubspot'}],
	recipients: [],
	archived: false,
};

describe('a thread is', () => {
	const changes: Array<
		[name: string, change: (sandbox: Sandbox, id: string) => void, becomes: object, message: object]
	> = [
		[
			'closed',
			(sandbox, id) => sandbox.closeThread(id),
			{status: 'CLOSED', closedAt: '2026-01-01T00:00:00.000Z'},
			{...madeBySystem, type: 'THREAD_STATUS_CHANGE', newStatus: 'CLOSED'},
		],
		[
			'assigned',
			(sandbox, id) => sandbox.assignThread(id, 'A-7'),
			{assignedTo: 'A-7'},
			{
				type: 'ASSIGNMENT',
				createdBy: 'A-7',
				senders: [{actorId: 'S-hubspot'}],
				assignedTo: 'A-7',
				assignedFrom: expect.stringMatching(/^A-/),
			},
		],
		[
			'moved',
			(sandbox, id) => sandbox.moveThread(id, '55'),
			{inboxId: '55'},
			{...madeBySystem, type: 'THREAD_INBOX_CHANGE', fromInboxId: expect.any(String), toInboxId: '55'},
		],
	];

	test.each(changes)(
		'%s, with HubSpot’s message, and keeps its latestMessageTimestamp',
		async (_, change, becomes, message) => {
			const {sandbox, thread, id, now, added, listed} = setUp();
			const order = await listed(fromTheStart);
			change(sandbox, id);
			expect(now()).toEqual({...thread, ...becomes});
			expect((await ask(sandbox, `/threads/${id}?association=TICKET`)).body).toEqual(now());
			expect(await listed(fromTheStart)).toEqual(order);
			expect(await added()).toMatchObject([
				{...message, conversationsThreadId: id, createdAt: '2026-01-01T00:00:00.000Z'},
			]);
			expect(sandbox.messages(id).at(-1)).toEqual((await added())[0]);
		},
	);

	test('opened again, and is as it was', async () => {
		const {sandbox, thread, id, now, added} = setUp();
		sandbox.closeThread(id);
		jest.setSystemTime(start + 1000);
		sandbox.reopenThread(id);
		expect(now()).toEqual(thread);
		expect(Object.keys(now()).sort()).toEqual(Object.keys(thread).sort());
		expect(await added()).toMatchObject([
			{newStatus: 'CLOSED', createdAt: '2026-01-01T00:00:00.000Z'},
			{newStatus: 'OPEN', createdAt: '2026-01-01T00:00:01.000Z'},
		]);
	});

	test('taken from whoever has it', async () => {
		const {sandbox, id, now, added, thread} = setUp();
		sandbox.assignThread(id, undefined);
		expect(now()).not.toHaveProperty('assignedTo');
		const [message] = await added();
		expect(message).toMatchObject({type: 'ASSIGNMENT', assignedFrom: thread.assignedTo});
		expect(message).not.toHaveProperty('assignedTo');
	});

	test('archived and restored, which writes no message', async () => {
		const {sandbox, id, added, listed} = setUp();
		const all = await listed();
		sandbox.archiveThread(id);
		expect(await listed()).toEqual(all.filter(other => other !== id));
		expect(await listed({archived: 'true'})).toEqual([id]);
		sandbox.restoreThread(id);
		expect(await listed()).toEqual(all);
		expect(await added()).toEqual([]);
	});

	test('changed at another time than now, if one is given', async () => {
		const {sandbox, id, now, added} = setUp();
		const at = (hour: number) => new Date(start + hour * 3_600_000);
		sandbox.closeThread(id, at(1));
		expect(now().closedAt).toBe('2026-01-01T01:00:00.000Z');
		sandbox.reopenThread(id, at(2));
		sandbox.assignThread(id, 'A-1', at(3));
		sandbox.moveThread(id, '2', at(4));
		expect((await added()).map(message => (message as {createdAt?: string}).createdAt)).toEqual(
			[1, 2, 3, 4].map(hour => at(hour).toISOString()),
		);
	});
});

test('a thread whose latestMessageTimestamp is taken away is in no list by time', async () => {
	const {sandbox, id, listed} = setUp();
	const all = await listed(fromTheStart);
	sandbox.update(id, {latestMessageTimestamp: null});
	expect(await listed(fromTheStart)).toEqual(all.filter(other => other !== id));
});

describe('a thread that was removed', () => {
	test('is in no list, and 404 everywhere', async () => {
		const {sandbox, id, listed} = setUp();
		const message = sandbox.messages(id)[0]?.id;
		const before = [await listed(), await listed(fromTheStart)];
		sandbox.removeThread(id);
		const without = before.map(list => list.filter(other => other !== id));
		expect([await listed(), await listed(fromTheStart)]).toEqual(without);
		expect(await listed({archived: 'true'})).toEqual([]);
		expect([...sandbox.threads].map(({id}) => id)).toEqual(without[0]);
		for (const path of [
			'',
			'?archived=true',
			'/messages',
			`/messages/${message}`,
			`/messages/${message}/original-content`,
		]) {
			expect((await ask(sandbox, `/threads/${id}${path}`)).status).toBe(404);
		}

		for (const change of [
			() => sandbox.update(id, {}),
			() => sandbox.receiveMessage(id),
			() => sandbox.closeThread(id),
			() => sandbox.reopenThread(id),
			() => sandbox.assignThread(id, 'A-1'),
			() => sandbox.moveThread(id, '1'),
			() => sandbox.archiveThread(id),
			() => sandbox.restoreThread(id),
			() => sandbox.removeThread(id),
			() => sandbox.messages(id),
		]) {
			expect(change).toThrow(new TypeError(`There is no thread ${id}`));
		}
	});

	test.each([{}, fromTheStart])('a keyset cursor that points at it is still good', async parameters => {
		const {sandbox, listed} = setUp();
		const all = await listed(parameters);
		const query = new URLSearchParams({...parameters, limit: '10'});
		const {results, paging} = (await ask(sandbox, `/threads?${query}`)).body;
		sandbox.removeThread(results[9].id);
		const rest = (await ask(sandbox, `/threads?${query}&limit=100&after=${paging.next.after}`)).body.results;
		expect([...results, ...rest].map(({id}) => id)).toEqual(all.slice(0, results.length + rest.length));
		expect(rest).toHaveLength(10);
	});
});

describe('a message that a thread receives', () => {
	test('is in its list, at the time of the thread', async () => {
		const {sandbox, id, now, added} = setUp();
		sandbox.receiveMessage(id);
		expect(now()).toMatchObject({
			latestMessageTimestamp: '2026-01-01T00:00:00.000Z',
			latestMessageReceivedTimestamp: '2026-01-01T00:00:00.000Z',
		});
		expect(await added()).toMatchObject([
			{
				type: 'MESSAGE',
				direction: 'INCOMING',
				createdAt: '2026-01-01T00:00:00.000Z',
				createdBy: `V-${now().associatedContactId}`,
				truncationStatus: 'NOT_TRUNCATED',
			},
		]);
		const [newest] = (await ask(sandbox, `/threads/${id}/messages?limit=1`)).body.results;
		expect([newest]).toEqual(await added());
	});

	test('may be sent, and have fields of its own', async () => {
		const {sandbox, id, now, thread, added} = setUp();
		sandbox.receiveMessage(id, undefined, {
			direction: 'OUTGOING',
			text: 'We have it.',
			truncationStatus: 'TRUNCATED',
		});
		expect(now()).toEqual({
			...thread,
			latestMessageTimestamp: '2026-01-01T00:00:00.000Z',
			latestMessageSentTimestamp: '2026-01-01T00:00:00.000Z',
		});
		const [message] = await added();
		expect(message).toMatchObject({direction: 'OUTGOING', createdBy: thread.assignedTo, text: 'We have it.'});
		const {body} = await ask(sandbox, `/threads/${id}/messages/${message?.id}/original-content`);
		expect(body.text).toMatch(/^We have it\.\n> /);
	});

	test('has whole seconds if it is a mail, and may be dated back', async () => {
		const {sandbox, id, now, added} = setUp('1002');
		jest.setSystemTime(start + 1999);
		sandbox.receiveMessage(id);
		sandbox.receiveMessage(id, new Date(start + 5000), {createdAt: '2025-12-31T23:59:50Z'});
		expect(now().latestMessageTimestamp).toBe('2026-01-01T00:00:05.000Z');
		expect((await added()).map(message => (message as {createdAt?: string}).createdAt)).toEqual([
			'2025-12-31T23:59:50Z',
			'2026-01-01T00:00:01Z',
		]);
	});

	test('brings a thread its first one', async () => {
		const silent = createSandbox({threads: 20, messageless: 1});
		const [{id}] = [...silent.threads] as [Thread];
		expect(silent.messages(id).filter(({type}) => type === 'MESSAGE')).toEqual([]);
		silent.receiveMessage(id);
		expect(silent.messages(id).filter(({type}) => type === 'MESSAGE')).toHaveLength(1);
	});

	test('each has an id of its own', async () => {
		const {sandbox, id} = setUp();
		for (let count = 0; count < 300; count++) {
			sandbox.receiveMessage(id);
		}

		const ids = sandbox.messages(id).map(({id}) => id);
		expect(new Set(ids).size).toBe(ids.length);
	});
});
