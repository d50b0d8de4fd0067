import {describe, expect, test} from '@jest/globals';
import fc from 'fast-check';
import type {Thread} from '../lib/index.ts';
import {createSandbox, type Sandbox, type SandboxMessage} from '../lib/sandbox/index.ts';
import {ask, walkPages} from './support/sandbox.ts';

const setUp = (threads = 600) => {
	const sandbox = createSandbox({threads, rateLimit: false});
	return {
		sandbox,
		all: [...sandbox.threads].map(thread => ({thread, messages: sandbox.messages(thread.id)})),
	};
};

const {sandbox, all} = setUp();
const every = all.flatMap(({messages}) => messages);
const timeOf = ({createdAt}: {readonly createdAt: string}) => Date.parse(createdAt);
const said = (messages: readonly SandboxMessage[]) => messages.filter(({type}) => type === 'MESSAGE');
const saidIn = (messages: readonly SandboxMessage[], wanted: string) =>
	said(messages).filter(({direction}) => direction === wanted);
const ofType = (messages: readonly SandboxMessage[], wanted: string) =>
	messages.filter(({type}) => type === wanted);
const lastTime = (messages: readonly SandboxMessage[]) => Math.max(...messages.map(timeOf));
const shareOf = <T>(items: readonly T[], is: (item: T) => boolean) => items.filter(is).length / items.length;
const isMail = ({originalChannelId}: Thread) => originalChannelId === '1002';

describe('the messages of a thread agree with it:', () => {
	test('the first is where it was created, the latest at its latestMessageTimestamp', () => {
		let silent = 0;
		for (const {thread, messages} of all) {
			const times = said(messages).map(timeOf);
			if (!thread.latestMessageTimestamp) {
				silent++;
				expect(times).toEqual([]);
				continue;
			}

			expect(Math.min(...times)).toBe(timeOf(thread));
			expect(Math.max(...times)).toBe(Date.parse(thread.latestMessageTimestamp));
			for (const message of messages) {
				expect(message.conversationsThreadId).toBe(thread.id);
			}
		}

		expect(silent).toBeGreaterThan(0);
	});

	test('so are the latest of each direction', () => {
		for (const {thread, messages} of all) {
			const {latestMessageSentTimestamp: sent, latestMessageReceivedTimestamp: received} = thread;
			expect(saidIn(messages, 'OUTGOING').length > 0).toBe(sent !== undefined);
			expect(saidIn(messages, 'INCOMING').length > 0).toBe(received !== undefined);
			expect(lastTime(saidIn(messages, 'OUTGOING'))).toBe(sent ? Date.parse(sent) : -Infinity);
			expect(lastTime(saidIn(messages, 'INCOMING'))).toBe(received ? Date.parse(received) : -Infinity);
		}
	});

	test('its last change of status, of agent and of inbox is what it is', () => {
		let moved = 0;
		for (const {thread, messages} of all) {
			const statuses = ofType(messages, 'THREAD_STATUS_CHANGE');
			expect(statuses[0]?.newStatus).toBe('OPEN');
			expect(statuses.at(-1)?.newStatus).toBe(thread.status);
			if (thread.closedAt) {
				expect(statuses.at(-1)?.createdAt).toBe(thread.closedAt);
			}

			expect(ofType(messages, 'ASSIGNMENT').at(-1)?.assignedTo).toBe(thread.assignedTo);
			const moves = ofType(messages, 'THREAD_INBOX_CHANGE');
			moved += moves.length;
			expect([undefined, thread.inboxId]).toContain(moves.at(-1)?.toInboxId);
		}

		expect(moved).toBeGreaterThan(10);
	});

	test('an inbox that a thread came to later changes no older message', () => {
		const other = createSandbox({threads: 600});
		const [{id}] = [...other.threads] as [Thread];
		other.moveThread(id, '77');
		expect([...other.threads].slice(1).flatMap(thread => other.messages(thread.id))).toEqual(
			all.slice(1).flatMap(({messages}) => messages),
		);
	});

	test('HubSpot’s own rows have their lags', () => {
		let [welcomes, assignments, again, twice] = [0, 0, 0, 0];
		for (const {thread, messages} of all) {
			for (const welcome of ofType(messages, 'WELCOME_MESSAGE')) {
				welcomes++;
				expect(timeOf(said(messages)[0] as SandboxMessage) - timeOf(welcome)).toBe(2);
				expect(thread.originalChannelId).toBe('1000');
			}

			const replies = said(messages).filter(
				({createdBy, direction}) => direction === 'OUTGOING' && /^A-/.test(createdBy),
			);
			const [reply] = replies;
			if (reply) {
				const lags = ofType(messages, 'ASSIGNMENT').map(row => timeOf(row) - timeOf(reply));
				expect(lags).toContain(364);
				assignments++;
			}

			const changes = ofType(messages, 'THREAD_STATUS_CHANGE').map(({newStatus}) => newStatus);
			again += Number(changes.join().includes('CLOSED,OPEN'));
			twice += Number(changes.join().includes('CLOSED,CLOSED'));
		}

		expect(Math.min(welcomes, assignments, again, twice)).toBeGreaterThan(5);
	});

	test('threads that a test made up have theirs, whatever their fields', () => {
		fc.assert(
			fc.property(
				fc.record(
					{
						createdAt: fc.oneof(
							fc
								.date({noInvalidDate: true, min: new Date(0), max: new Date(1e13)})
								.map(date => date.toISOString()),
							fc.string(),
						),
						latestMessageTimestamp: fc.option(
							fc.oneof(
								fc
									.date({noInvalidDate: true, min: new Date(0), max: new Date(1e13)})
									.map(date => date.toISOString()),
								fc.string(),
							),
						),
						latestMessageSentTimestamp: fc
							.date({noInvalidDate: true, min: new Date(0), max: new Date(1e13)})
							.map(date => date.toISOString()),
						status: fc.constantFrom('OPEN', 'CLOSED', 'ODD'),
						closedAt: fc.constantFrom(null, '2025-01-01T00:00:00.000Z', 'never'),
						assignedTo: fc.constantFrom(null, 'A-1', 'B-1', 'x'),
						originalChannelId: fc.constantFrom('1000', '1002', '1003', ''),
					},
					{requiredKeys: []},
				),
				fields => {
					const thread = {id: '5', inboxId: '1', associatedContactId: '1', ...fields} as Thread;
					const messages = createSandbox({threads: [thread]}).messages('5');
					const latest = Date.parse(thread.latestMessageTimestamp ?? '');
					expect(lastTime(said(messages))).toBe(Number.isNaN(latest) ? -Infinity : latest);
					const ids = messages.map(({id}) => id);
					expect(new Set(ids).size).toBe(ids.length);
				},
			),
			{numRuns: 500},
		);
	});
});

describe('the messages look like HubSpot’s:', () => {
	const always = {
		id: expect.stringMatching(/^[\da-f]{32}$|^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-8[\da-f]{3}-[\da-f]{12}$/),
		conversationsThreadId: expect.stringMatching(/^\d+$/),
		createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/),
		createdBy: expect.stringMatching(/^[AVSBIEL]-/),
		client: {clientType: expect.stringMatching(/^(HUBSPOT|SYSTEM|INTEGRATION)$/)},
		senders: expect.any(Array),
		recipients: expect.any(Array),
		archived: expect.any(Boolean),
	};
	const digits = expect.stringMatching(/^\d+$/);
	const fields: Readonly<Record<string, object>> = {
		MESSAGE: {
			text: expect.any(String),
			attachments: expect.any(Array),
			truncationStatus: expect.any(String),
			direction: expect.stringMatching(/^(INCOMING|OUTGOING)$/),
			channelId: digits,
			channelAccountId: digits,
		},
		COMMENT: {text: expect.any(String), richText: expect.any(String), attachments: expect.any(Array)},
		WELCOME_MESSAGE: {text: expect.any(String), channelId: digits, channelAccountId: digits},
		ASSIGNMENT: {},
		THREAD_STATUS_CHANGE: {newStatus: expect.any(String)},
		THREAD_INBOX_CHANGE: {fromInboxId: digits, toInboxId: digits},
	};

	test.each(Object.entries(fields))('%s has what HubSpot always sends', (type, fields) => {
		const messages = ofType(every, type);
		expect(messages.length).toBeGreaterThan(10);
		for (const message of messages) {
			expect(message).toMatchObject({...always, ...fields, type});
		}
	});

	test('ids are of both shapes, and each is one message’s alone', () => {
		const ids = every.map(({id}) => id);
		expect(new Set(ids).size).toBe(ids.length);
		expect(shareOf(ids, id => id.includes('-'))).toBeGreaterThan(0.2);
		expect(shareOf(ids, id => !id.includes('-'))).toBeGreaterThan(0.2);
	});

	test('a third of the threads are mails, whose incoming messages have whole seconds', () => {
		expect(shareOf(all, ({thread}) => isMail(thread))).toBeCloseTo(1 / 3, 1);
		for (const {thread, messages} of all) {
			for (const {createdAt} of saidIn(messages, 'INCOMING')) {
				expect(createdAt.length).toBe(isMail(thread) ? 20 : 24);
			}
		}
	});

	test('a mail is listed some seconds after its date', () => {
		for (const {messages} of all.filter(({thread}) => isMail(thread))) {
			for (const message of saidIn(messages, 'INCOMING')) {
				const lag = Date.parse(message.updatedAt as string) - timeOf(message);
				expect(lag).toBeGreaterThanOrEqual(3600);
				expect(lag).toBeLessThan(6100);
			}
		}
	});

	test('agents’ mails from their own mailbox are incoming', () => {
		const own = every.filter(
			({direction, createdBy}) => direction === 'INCOMING' && createdBy.startsWith('A-'),
		);
		expect(own.length).toBeGreaterThan(5);
		for (const {senders, subject} of own) {
			expect(senders[0]?.deliveryIdentifier?.value).toMatch(/^a-\d+@shop\.example$/);
			expect(subject).toBeDefined();
		}
	});

	test('texts hold HTML, entities, or nothing but rich text', () => {
		const sent = saidIn(every, 'OUTGOING');
		expect(shareOf(sent, ({text}) => text?.startsWith('<p>') ?? false)).toBeGreaterThan(0.1);
		expect(shareOf(every, ({text}) => text?.includes('&#xa0;') ?? false)).toBeGreaterThan(0.01);
		const empty = sent.filter(({text}) => text === '');
		expect(empty.length).toBeGreaterThan(3);
		expect(empty.every(({richText}) => richText)).toBe(true);
		expect(shareOf(said(every), ({richText}) => richText === undefined)).toBeGreaterThan(0.1);
	});

	test('17 % are cut, mails to their most recent reply', () => {
		expect(shareOf(said(every), ({truncationStatus}) => truncationStatus !== 'NOT_TRUNCATED')).toBeCloseTo(
			0.17,
			1,
		);
		const statuses = new Set(said(every).map(({truncationStatus}) => truncationStatus));
		expect([...statuses].sort()).toEqual(['NOT_TRUNCATED', 'TRUNCATED', 'TRUNCATED_TO_MOST_RECENT_REPLY']);
	});

	test('there are several types of attachments', () => {
		const types = new Set(every.flatMap(({attachments = []}) => attachments.map(({type}) => type)));
		expect([...types].sort()).toEqual([
			'CONTACT',
			'FILE',
			'LOCATION',
			'MESSAGE_HEADER',
			'QUICK_REPLIES',
			'SOCIAL_MEDIA_METADATA',
			'UNSUPPORTED_CONTENT',
			'WHATSAPP_TEMPLATE_METADATA',
		]);
	});

	test('integrationAppId is a number', () => {
		const apps = every.map(({client}) => client.integrationAppId).filter(id => id !== undefined);
		expect(apps.length).toBeGreaterThan(3);
		expect(apps.every(Number.isInteger)).toBe(true);
	});

	test('the same seed makes the same ones, and another makes others', () => {
		const make = (seed: number) => {
			const sandbox = createSandbox({threads: 20, seed});
			return [...sandbox.threads].flatMap(({id}) => sandbox.messages(id));
		};
		expect(make(3)).toEqual(make(3));
		const ids = new Set(make(3).map(({id}) => id));
		expect(make(4).filter(({id}) => ids.has(id))).toEqual([]);
	});

	test('they are made when they are asked for', async () => {
		const huge = createSandbox({threads: 10_000_000});
		const {body} = await ask(huge, '/threads?limit=1');
		expect((await ask(huge, `/threads/${body.results[0].id}/messages`)).status).toBe(200);
	});
});

describe('the list of a thread’s messages', () => {
	const listed = (messages: readonly SandboxMessage[]) => messages.filter(({archived}) => !archived);
	const long = all.toSorted((a, b) => b.messages.length - a.messages.length).slice(0, 25);
	const pathOf = ({id}: Thread) => `/threads/${id}/messages`;

	test.each([
		[undefined, true],
		['-createdAt', true],
		['createdAt', false],
	])('sort %s', async (sort, isNewestFirst) => {
		for (const {thread, messages} of long) {
			const pages = await walkPages(sandbox, pathOf(thread), sort === undefined ? {} : {sort});
			expect(pages.flat()).toEqual(isNewestFirst ? listed(messages).toReversed() : listed(messages));
		}
	});

	test.each(['keyset', 'offset'] as const)(
		'%s cursors give all of it, in pages of any size',
		async cursor => {
			await fc.assert(
				fc.asyncProperty(
					fc.integer({min: 1, max: 7}),
					fc.constantFrom('createdAt', '-createdAt'),
					fc.boolean(),
					fc.nat({max: 24}),
					fc.dictionary(fc.integer({min: 1, max: 9}).map(String), fc.integer({min: 0, max: 3})),
					async (limit, sort, encodedCursor, place, sizes) => {
						const other = createSandbox({
							threads: 600,
							cursor,
							encodedCursor,
							faults: ({number}) => (sizes[number] === undefined ? {} : {size: sizes[number]}),
							rateLimit: false,
						});
						const {thread, messages} = long[place] as (typeof long)[number];
						const parameters = {limit: String(limit), sort};
						const pages = await walkPages<SandboxMessage>(other, pathOf(thread), parameters);
						const found = pages.flat();
						expect(sort === 'createdAt' ? found : found.toReversed()).toEqual(listed(messages));
						expect(Math.max(...pages.map(page => page.length))).toBeLessThanOrEqual(limit);
					},
				),
				{numRuns: 150},
			);
		},
	);

	test('has short and empty pages before its end, because rows are hidden after the page was cut', async () => {
		const sizes: number[] = [];
		for (const {thread} of long) {
			const pages = await walkPages(sandbox, pathOf(thread), {limit: '3'});
			sizes.push(...pages.slice(0, -1).map(page => page.length));
		}

		expect([...new Set(sizes)].sort()).toEqual([0, 1, 2, 3]);
		const open = createSandbox({threads: 600, hiddenMessages: 0, rateLimit: false});
		for (const {thread} of long) {
			const pages = await walkPages(open, pathOf(thread), {limit: '3'});
			expect(new Set(pages.slice(0, -1).map(page => page.length))).toEqual(new Set([3]));
		}
	});

	test('archived ones are in a list of their own', async () => {
		const archived = all.filter(({messages}) => messages.some(message => message.archived));
		expect(archived.length).toBeGreaterThan(5);
		for (const {thread, messages} of archived) {
			const pages = await walkPages(sandbox, pathOf(thread), {archived: 'true', sort: 'createdAt'});
			expect(pages.flat()).toEqual(messages.filter(message => message.archived));
		}
	});

	test.each([
		['sort=id', 'sort must be createdAt or -createdAt.'],
		['sort=', 'sort must be createdAt or -createdAt.'],
		['limit=0', 'limit must be between 1 and 500.'],
		['limit=501', 'limit must be between 1 and 500.'],
		['limit=x', 'limit is not a number.'],
	])('%s: 400', async (query, message) => {
		const {status, body} = await ask(sandbox, `${pathOf(all[0]?.thread as Thread)}?${query}`);
		expect({status, body}).toMatchObject({status: 400, body: {category: 'VALIDATION_ERROR', message}});
	});

	test('a cursor that cannot be read: 400', async () => {
		const {status, body} = await ask(sandbox, `${pathOf(all[0]?.thread as Thread)}?after=NTI1Cg==`);
		expect(status).toBe(400);
		expect(body).toMatchObject({subCategory: 'ConversationsApiError.UNPARSEABLE_TOKEN'});
	});

	test('a message that comes while it is read moves no other page of a keyset list', async () => {
		const other = createSandbox({threads: 600, rateLimit: false});
		const {thread, messages} = long[0] as (typeof long)[number];
		const first = await ask(other, `${pathOf(thread)}?limit=2`);
		other.receiveMessage(thread.id, new Date('2030-01-01'));
		const after = first.body.paging.next.after;
		const rest = (await ask(other, `${pathOf(thread)}?after=${after}`)).body.results;
		expect([...first.body.results, ...rest]).toEqual(listed(messages).toReversed());
	});
});

describe('one message', () => {
	const {thread, messages} = all.find(({messages}) => messages.length > 8) as (typeof all)[number];
	const answer = (sandbox: Sandbox, id: string | undefined, more = '') =>
		ask(sandbox, `/threads/${thread.id}/messages/${id}${more}`);

	test('is what the list has', async () => {
		for (const message of messages) {
			expect((await answer(sandbox, message.id)).body).toEqual(message);
		}
	});

	test('and its original content is whole, also where nothing was cut', async () => {
		let [longer, same] = [0, 0];
		for (const {messages, thread} of all.slice(0, 150)) {
			for (const message of messages) {
				const {status, body} = await ask(
					sandbox,
					`/threads/${thread.id}/messages/${message.id}/original-content`,
				);
				expect(status).toBe(200);
				const {text, richText, truncationStatus} = message;
				if ([undefined, 'NOT_TRUNCATED'].includes(truncationStatus)) {
					expect(body).toEqual({
						...(text !== undefined && {text}),
						...(richText !== undefined && {richText}),
					});
				} else {
					expect(body.text.startsWith(text)).toBe(true);
					longer += Number(body.text.length > (text?.length ?? 0));
					same += Number(body.text === text);
				}
			}
		}

		expect(longer).toBeGreaterThan(10);
		expect(same).toBeGreaterThan(0);
	});

	test.each(['', '/original-content'])('404%s for one of another thread, and for one of none', async more => {
		const other = all.find(one => one.thread.id !== thread.id)?.messages[0];
		for (const id of [other?.id, 'none', '%E0%A4%A']) {
			const {status, body} = await answer(sandbox, id, more);
			expect({status, body}).toMatchObject({status: 404, body: {category: 'OBJECT_NOT_FOUND'}});
		}
	});
});
