import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test} from '@jest/globals';
import {
	type BatchWithMessages,
	type Checkpoint,
	type PageEvent,
	type PaginationError,
	type SyncOptions,
	sync,
	type TextMessage,
	type Thread,
} from '../lib/index.ts';
import {createSandbox, type SandboxMessage, type SandboxOptions} from '../lib/sandbox/index.ts';
import {settle, start, useFakeClock} from './support/clock.ts';
import {collect} from './support/collect.ts';

const hour = 3_600_000;
const rejections: unknown[] = [];
const onRejection = (reason: unknown) => rejections.push(reason);

jest.setTimeout(30_000);
beforeAll(() => {
	process.on('unhandledRejection', onRejection);
});
afterAll(() => {
	process.off('unhandledRejection', onRejection);
});
beforeEach(useFakeClock);
afterEach(() => {
	expect(jest.getTimerCount()).toBe(0);
	jest.useRealTimers();
	expect(rejections).toEqual([]);
});

/** So many threads, each with a message a day ago, the later ones a millisecond later, and whatever comes then. */
function createAccount(count: number, options: SandboxOptions = {}) {
	const threads = Array.from({length: count}, (_, index): Thread => {
		const time = new Date(start - 24 * hour + index).toISOString();
		return {
			id: String(1000 + index),
			inboxId: '1',
			originalChannelId: '1000',
			originalChannelAccountId: '1',
			associatedContactId: '1',
			status: 'OPEN',
			createdAt: time,
			latestMessageTimestamp: time,
			latestMessageReceivedTimestamp: time,
		};
	});
	const sandbox = createSandbox({threads, rateLimit: false, hiddenMessages: 0, ...options});
	const {accessToken, fetch} = sandbox;
	const create = (more: Partial<SyncOptions> = {}) =>
		sync({
			accessToken,
			fetch,
			throttle: {limit: 1_000_000},
			messages: true,
			...more,
		} as SyncOptions & {readonly messages: true});
	return {
		...sandbox,
		create,
		run: (more?: Partial<SyncOptions>) => settle(collect(create(more))),
		/** The ids of all messages that are not archived, of all threads. */
		said: () =>
			[...sandbox.threads].flatMap(({id}) =>
				sandbox
					.messages(id)
					.filter(isShown)
					.map(({id}) => id),
			),
		/** The thread and the page of each request for messages. */
		asked: () =>
			sandbox.requests
				.filter(({url}) => url.includes('/messages'))
				.map(({url, parameters}) => `${threadOf(url)}${parameters.has('after') ? ' further' : ''}`),
	};
}

const threadOf = (url: string) => /threads\/(\d+)\/messages/.exec(url)?.[1];
const isShown = ({archived}: SandboxMessage) => !archived;
const idsOf = (items: ReadonlyArray<{readonly id: string}>) => items.map(({id}) => id);
const messagesOf = (batches: readonly BatchWithMessages[]) => batches.flatMap(({messages}) => messages);
const lastOf = (batches: readonly BatchWithMessages[]) => batches.at(-1)?.checkpoint as Checkpoint;

describe('which messages', () => {
	test('in a first run all of each thread, the newest first, as HubSpot sent them', async () => {
		const {run, said, messages, asked} = createAccount(30, {
			faults: ({url}) => (url.includes('/messages') ? {size: 2} : undefined),
		});
		const {items, error} = await run();
		expect(error).toBeUndefined();
		expect(idsOf(messagesOf(items)).toSorted()).toEqual(said().toSorted());
		const first = messagesOf(items).filter(({conversationsThreadId: id}) => id === '1000');
		expect(first).toEqual(messages('1000').filter(isShown).toReversed());
		expect(first.length).toBeGreaterThan(2);
		expect(asked()).toContain('1000 further');
	});

	test('later those that earlier runs have not handed over, with a request a thread, whatever it holds', async () => {
		const {run, receiveMessage, closeThread, messages, asked} = createAccount(3);
		for (let index = 0; index < 250; index++) {
			receiveMessage('1000', new Date(start - 20 * hour + index));
		}

		receiveMessage('1001', new Date(start));
		const {items} = await run();
		expect(messagesOf(items).filter(({conversationsThreadId: id}) => id === '1000')).toHaveLength(
			messages('1000').filter(isShown).length,
		);
		await jest.advanceTimersByTimeAsync(5 * hour);
		// What HubSpot writes down does not move the thread: it comes with the message after it.
		closeThread('1000');
		await jest.advanceTimersByTimeAsync(5 * hour);
		receiveMessage('1000');
		const before = asked().length;
		const again = await run({checkpoint: lastOf(items)});
		// Thread 1001 was written to within the overlap.
		expect(asked().slice(before)).toEqual(['1001', '1000']);
		expect(idsOf(messagesOf(again.items).filter(({conversationsThreadId: id}) => id === '1000'))).toEqual(
			idsOf(messages('1000').filter(isShown).toReversed().slice(0, 100)),
		);
	});

	test('later ones are read on until the last that an earlier run was shown', async () => {
		const {run, receiveMessage, assignThread, messages, asked} = createAccount(1);
		const {items} = await run();
		await jest.advanceTimersByTimeAsync(5 * hour);
		// More than a page of what does not move the thread, long before the message that does.
		for (let index = 0; index < 250; index++) {
			assignThread('1000', `A-${index}`);
		}

		await jest.advanceTimersByTimeAsync(5 * hour);
		await run({checkpoint: lastOf(items)});
		receiveMessage('1000');
		const before = asked().length;
		const again = await run({checkpoint: lastOf(items)});
		const read = new Set(idsOf(messagesOf([...items, ...again.items])));
		expect(
			messages('1000')
				.filter(isShown)
				.filter(({id}) => !read.has(id)),
		).toEqual([]);
		expect(asked().slice(before)).toEqual(['1000', '1000 further', '1000 further']);
	});

	test('a thread from before `since` comes with all its messages when it is written to', async () => {
		const {run, receiveMessage, messages} = createAccount(2);
		for (let index = 0; index < 250; index++) {
			receiveMessage('1000', new Date(start - 20 * hour + index));
		}

		const since = new Date(start - 10 * hour);
		const {items} = await run({since});
		expect(items.flatMap(({threads}) => threads)).toEqual([]);
		await jest.advanceTimersByTimeAsync(5 * hour);
		receiveMessage('1000');
		const again = await run({since, checkpoint: lastOf(items)});
		expect(idsOf(messagesOf(again.items)).toSorted()).toEqual(
			idsOf(messages('1000').filter(isShown)).toSorted(),
		);
	});

	test('a first page comes whole: a mail has its own date, which may be long before it came', async () => {
		const {run, receiveMessage} = createAccount(1);
		const {items} = await run();
		await jest.advanceTimersByTimeAsync(5 * hour);
		receiveMessage('1000', new Date(start - 30 * hour), {id: 'delayed'});
		receiveMessage('1000');
		const again = await run({checkpoint: lastOf(items)});
		expect(idsOf(messagesOf(again.items))).toContain('delayed');
	});

	test('a first run that was killed is a first run still', async () => {
		const {create, run, receiveMessage, said} = createAccount(120);
		for (let index = 0; index < 250; index++) {
			receiveMessage('1119', new Date(start - 20 * hour + index));
		}

		let checkpoint: Checkpoint | undefined;
		const stored: string[] = [];
		const reading = create({pageSize: 20});
		for (let batches = 0; batches < 3; batches++) {
			const {value} = await settle(reading.next());
			stored.push(...idsOf((value as BatchWithMessages).messages));
			({checkpoint} = value as BatchWithMessages);
		}

		await settle(reading.return());
		await jest.advanceTimersByTimeAsync(5 * hour);
		const {items} = await run({checkpoint: JSON.parse(JSON.stringify(checkpoint))});
		stored.push(...idsOf(messagesOf(items)));
		expect(said().filter(id => !stored.includes(id))).toEqual([]);
		expect(items.flatMap(({threads}) => threads).length).toBeLessThan(120);
	});

	test('`originalContent` adds the whole text of what is cut', async () => {
		const {run, messages} = createAccount(200);
		const {items} = await run({originalContent: true});
		const cut = (messagesOf(items) as readonly TextMessage[]).filter(
			({truncationStatus}) => (truncationStatus ?? 'NOT_TRUNCATED') !== 'NOT_TRUNCATED',
		);
		expect(cut.length).toBeGreaterThan(0);
		expect(cut.every(({originalContent}) => typeof originalContent?.text === 'string')).toBe(true);
		expect(messages('1000').some(message => 'originalContent' in message)).toBe(false);
		expect(messagesOf((await run()).items).some(message => 'originalContent' in message)).toBe(false);
	});
});

describe('batches', () => {
	test('a page is split; only the batch that makes it whole has a checkpoint that covers it', async () => {
		const {run} = createAccount(220, {latency: 10});
		const {items} = await run({pageSize: 500});
		const batches = items.filter(({threads}) => threads.length > 0);
		expect(batches.map(({threads}) => threads.length)).toEqual([50, 50, 50, 50, 20]);
		const begun = items[0]?.checkpoint as Checkpoint;
		expect(batches.slice(0, 4).map(({checkpoint, progress}) => [checkpoint, progress])).toEqual(
			Array.from({length: 4}, () => [begun, 0]),
		);
		expect(lastOf(batches)).not.toEqual(begun);
		expect(items.at(-1)?.progress).toBe(1);

		const again = await run({checkpoint: begun});
		expect(again.items.flatMap(({threads}) => threads)).toHaveLength(220);
	});

	test('a thread with very many messages comes in several, with a part of them in each', async () => {
		const {run, receiveMessage, said} = createAccount(60);
		for (let index = 0; index < 2500; index++) {
			receiveMessage('1030', new Date(start - 20 * hour + index));
		}

		const {items} = await run();
		expect(items.filter(({threads}) => idsOf(threads).includes('1030')).length).toBeGreaterThanOrEqual(3);
		for (const {threads, messages} of items) {
			expect(threads.length).toBeLessThanOrEqual(50);
			expect(messages.length).toBeLessThan(1100);
			expect(new Set(messages.map(({conversationsThreadId}) => conversationsThreadId))).toEqual(
				new Set(idsOf(threads)),
			);
		}

		expect(idsOf(messagesOf(items)).toSorted()).toEqual(said().toSorted());
	});

	test('a slow consumer slows the requests down, and `break` stops them', async () => {
		const {create, requests} = createAccount(2000, {latency: 50});
		const reading = create();
		await settle(reading.next());
		await jest.advanceTimersByTimeAsync(1_000_000);
		// 50 threads that were handed over, two batches that wait, and 64 threads that were being read.
		const held = requests.filter(({url}) => url.includes('/messages')).length;
		expect(held).toBeLessThanOrEqual(50 + 2 * 50 + 64 + 64);
		const pending = [reading.next(), reading.next(), reading.next(), reading.next()];
		await jest.advanceTimersByTimeAsync(10);
		await reading.return();
		await Promise.all(pending);
		await jest.advanceTimersByTimeAsync(0);
		expect(requests.filter(({status, isAborted}) => status === undefined && !isAborted)).toEqual([]);
	});

	test('an abort rejects with its reason', async () => {
		const controller = new AbortController();
		const {create} = createAccount(100, {latency: 1000});
		const outcome = collect(create({signal: controller.signal}));
		await jest.advanceTimersByTimeAsync(1500);
		const reason = new Error('mine');
		controller.abort(reason);
		expect((await outcome).error).toBe(reason);
	});

	test('`onPage` counts the pages of messages too', async () => {
		const {run, requests, said} = createAccount(10, {
			faults: ({number}) => (number === 4 ? {status: 503} : undefined),
		});
		const events: PageEvent[] = [];
		await run({onPage: event => events.push(event)});
		expect(events.at(-1)).toEqual({
			pages: requests.length - 1,
			items: 10 + said().length,
			requests: requests.length,
			retries: 1,
		});
	});

	test('a later run reads the messages of the threads that it lists, and of no other', async () => {
		const {run, receiveMessage, asked} = createAccount(10);
		receiveMessage('1004', new Date(start));
		const {items} = await run();
		await jest.advanceTimersByTimeAsync(5 * hour);
		const before = asked().length;
		const again = await run({checkpoint: lastOf(items)});
		// Within the overlap of the last run.
		expect(asked().slice(before)).toEqual(['1004']);
		expect(again.items.flatMap(({threads}) => idsOf(threads))).toEqual(['1004']);
		expect(again.items.at(-1)?.progress).toBe(1);
	});
});

describe('failures', () => {
	test('a thread that was deleted since it was listed has no messages, and is no failure', async () => {
		const {run, removeThread, said} = createAccount(10, {
			faults({number}) {
				if (number === 2) {
					removeThread('1005');
				}

				return undefined;
			},
		});
		const {items, error} = await run();
		expect(error).toBeUndefined();
		expect(idsOf(items.flatMap(({threads}) => threads))).toContain('1005');
		expect(idsOf(messagesOf(items)).toSorted()).toEqual(said().toSorted());
	});

	test.each<[string, SandboxOptions['faults']]>([
		['of a proxy', ({url}) => (threadOf(url) === '1003' ? {status: 404, body: '<html></html>'} : undefined)],
		['for a thread that is there', ({url}) => (threadOf(url) === '1003' ? {status: 404} : undefined)],
		['for the text of a message', ({url}) => (url.includes('original-content') ? {status: 404} : undefined)],
	])('a 404 %s is one', async (_what, faults) => {
		const {run, said} = createAccount(200, {faults});
		const {items, error} = await run({originalContent: true, pageSize: 10});
		expect(error).toMatchObject({status: 404});
		const {checkpoint} = (error as PaginationError).resume;
		const again = await createAccount(200).run({checkpoint: checkpoint ?? null, originalContent: true});
		const stored = new Set(idsOf(messagesOf([...items, ...again.items])));
		expect(said().filter(id => !stored.has(id))).toEqual([]);
	});

	test('a first load that takes several days of requests is the same job again and again', async () => {
		const {run, said, requests} = createAccount(700, {rateLimit: {limit: 1000, daily: 250}});
		const stored: string[] = [];
		let checkpoint: Checkpoint | null | undefined = null;
		let progress = 0;
		let days = 0;
		for (let isDone = false; !isDone; days++) {
			const {items, error} = await run({checkpoint, pageSize: 50});
			for (const batch of items) {
				expect(batch.progress).toBeGreaterThanOrEqual(progress);
				({progress} = batch);
			}

			stored.push(...idsOf(messagesOf(items)));
			isDone = progress === 1;
			checkpoint = isDone ? lastOf(items) : (error as PaginationError).resume.checkpoint;
			jest.setSystemTime(Date.now() + 24 * hour);
		}

		expect(said().filter(id => !stored.includes(id))).toEqual([]);
		// 700 threads and 14 pages take three days; the requests of the pages that were open in the evening come again.
		expect(days).toBeLessThanOrEqual(5);
		expect(requests.filter(({status}) => status === 200).length).toBeLessThan(1100);
	});
});

describe('as fast as the limit', () => {
	test.each([
		[100, 0],
		[250, 0],
		[500, 0],
		[1000, 0],
		[1000, 1000],
	])('at %i ms an answer, with %i more messages in one thread', async (latency, more) => {
		const limit = 190;
		const {run, requests, receiveMessage} = createAccount(1890, {latency, rateLimit: {limit}});
		for (let index = 0; index < more; index++) {
			receiveMessage('1003', new Date(start - 24 * hour + 4));
		}

		const {items, error} = await run({throttle: {limit}});
		expect(error).toBeUndefined();
		expect(items.at(-1)?.progress).toBe(1);
		expect(requests.every(({status}) => status === 200)).toBe(true);
		const times = requests.map(({time}) => time);
		// From the first request of one window to the first of another: what the last window has is no matter of speed.
		const windows = Math.floor((requests.length - 1) / limit);
		const took = (times[windows * limit] as number) - (times[0] as number);
		const ideal = windows * 10_000;
		expect({latency, share: ideal / took > 0.95 ? 'enough' : ideal / took}).toEqual({
			latency,
			share: 'enough',
		});
		// A page of 100 threads for each 100 requests.
		expect(requests.length).toBeLessThan(1.03 * (1890 + more / 100));
	});
});

describe('the checkpoint', () => {
	test('with messages and without are two syncs', async () => {
		const {run} = createAccount(5);
		const withMessages = lastOf((await run()).items);
		const without = lastOf((await run({messages: false})).items);
		await expect(async () => run({checkpoint: without})).rejects.toThrow(
			'`checkpoint` belongs to a sync with another `messages`',
		);
		await expect(async () => run({messages: false, checkpoint: withMessages})).rejects.toThrow(
			'`checkpoint` belongs to a sync with another `messages`',
		);
		const {messages: _, ...cut} = withMessages;
		await expect(async () => run({checkpoint: cut})).rejects.toThrow('`checkpoint` is malformed');
	});

	test.each<[object, RegExp]>([
		[{messages: 'yes'}, /^`messages` must be true or false$/],
		[
			{messages: true, originalContent: 1},
			/^`originalContent` must be true or false, and goes only with `messages`$/,
		],
		[{originalContent: true}, /^`originalContent` must be true or false, and goes only with `messages`$/],
	])('%j is refused at the call', (options, message) => {
		const call = () => sync({accessToken: 'token', ...options} as SyncOptions);
		expect(call).toThrow(TypeError);
		expect(call).toThrow(message);
	});
});
