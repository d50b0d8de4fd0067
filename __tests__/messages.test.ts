import {afterEach, beforeEach, describe, expect, jest, test} from '@jest/globals';
import {
	type PaginateMessagesOptions,
	type PaginationError,
	paginateChannelAccounts,
	paginateInboxes,
	paginateMessages,
} from '../lib/index.ts';
import {settle, useFakeClock} from './support/clock.ts';
import {collect} from './support/collect.ts';

beforeEach(useFakeClock);
afterEach(() => {
	expect(jest.getTimerCount()).toBe(0);
	jest.useRealTimers();
});

const accessToken = 'token';

/** One page of the given messages, whose original contents are answered by `content`, in any order. */
function createThread(
	messages: readonly object[],
	content: (id: string, attempt: number, signal: AbortSignal) => Response | Promise<Response>,
) {
	const urls: URL[] = [];
	const attempts = new Map<string, number>();
	const fetch = async (request: Request) => {
		const url = new URL(request.url);
		urls.push(url);
		const id = /messages\/(.+)\/original-content$/.exec(url.pathname)?.[1];
		if (id === undefined) {
			return Response.json({results: messages});
		}

		attempts.set(id, (attempts.get(id) ?? 0) + 1);
		return content(decodeURIComponent(id), attempts.get(id) ?? 0, request.signal);
	};
	return {fetch, urls};
}

const walk = (options: Partial<PaginateMessagesOptions>) =>
	settle(collect(paginateMessages({accessToken, threadId: 7, ...options})));

describe('originalContent', () => {
	const messages = [
		{id: 'a', type: 'MESSAGE', text: 'A', truncationStatus: 'NOT_TRUNCATED', further: 1},
		{id: 'b', type: 'MESSAGE', text: 'B', truncationStatus: 'TRUNCATED'},
		{id: 'c/1', type: 'MESSAGE', text: 'C', truncationStatus: 'TRUNCATED_TO_MOST_RECENT_REPLY'},
		{id: 'd', type: 'ASSIGNMENT'},
		{id: 'e', type: 'MESSAGE', text: 'E', truncationStatus: 'CUT_SOMEHOW'},
		{id: 'f', type: 'MESSAGE', text: 'F', truncationStatus: null},
	];
	const whole = (id: string) => Response.json({text: `${id} and the rest`, richText: `<p>${id}</p>`});

	test('is read once for each message that is cut, and put beside the fields that are there', async () => {
		const {fetch, urls} = createThread(messages, whole);
		const events: unknown[] = [];
		const {items} = await walk({fetch, originalContent: true, onPage: event => events.push(event)});
		expect(items).toEqual(
			messages.map(message =>
				['b', 'c/1', 'e'].includes(message.id)
					? {
							...message,
							originalContent: {text: `${message.id} and the rest`, richText: `<p>${message.id}</p>`},
						}
					: message,
			),
		);
		expect(urls.slice(1).map(({pathname}) => pathname)).toEqual(
			['b', 'c%2F1', 'e'].map(
				id => `/conversations/v3/conversations/threads/7/messages/${id}/original-content`,
			),
		);
		expect(events).toEqual([{pages: 1, items: 6, requests: 4, retries: 0}]);
	});

	test('is not read unless it is asked for', async () => {
		const {fetch, urls} = createThread(messages, whole);
		expect((await walk({fetch})).items).toEqual(messages);
		expect(urls).toHaveLength(1);
	});

	test.each<[string, () => Response]>([
		['a 404', () => Response.json({category: 'OBJECT_NOT_FOUND'}, {status: 404})],
		['neither text', () => Response.json({})],
		['no object', () => Response.json([])],
		['texts that are none', () => Response.json({text: 1, richText: null})],
	])('that cannot be read (%s) fails the walk, which can be resumed', async (_, answer) => {
		const {fetch} = createThread(messages, id => (id === 'e' ? answer() : whole(id)));
		const {items, error} = await walk({fetch, originalContent: true});
		expect(items).toEqual([]);
		expect(error).toMatchObject({resume: {after: null}});
		const rest = await walk({
			fetch: createThread(messages, whole).fetch,
			originalContent: true,
			...(error as PaginationError).resume,
		} as Partial<PaginateMessagesOptions>);
		expect(rest.items).toHaveLength(6);
	});

	test('is retried, and several are on their way at once', async () => {
		let onTheirWay = 0;
		let most = 0;
		const {fetch, urls} = createThread(messages, async (id, attempt) => {
			most = Math.max(most, ++onTheirWay);
			await new Promise(resolve => setTimeout(resolve, 100));
			onTheirWay--;
			return attempt === 1 && id === 'b' ? Response.json({}, {status: 503}) : whole(id);
		});
		const {items} = await walk({fetch, originalContent: true});
		expect(items).toHaveLength(6);
		expect(most).toBe(3);
		expect(urls).toHaveLength(1 + 4);
	});

	test('`break` ends the requests that hang', async () => {
		const signals: AbortSignal[] = [];
		const {fetch} = createThread(messages, (_id, _attempt, signal) => {
			signals.push(signal);
			return new Promise(() => {});
		});
		const walked = paginateMessages({accessToken, threadId: 7, fetch, originalContent: true});
		const pending = walked.next();
		while (signals.length < 3) {
			await jest.advanceTimersByTimeAsync(1);
		}

		await walked.return();
		expect(await pending).toEqual({done: true, value: undefined});
		expect(signals.map(({aborted}) => aborted)).toEqual([true, true, true]);
	});
});

describe('what is asked for', () => {
	async function queryOf(start: (fetch: (request: Request) => Promise<Response>) => AsyncGenerator<unknown>) {
		const {fetch, urls} = createThread([], () => Response.error());
		await settle(collect(start(fetch)));
		return [...(urls[0] as URL).searchParams].map(([name, value]) => `${name}=${value}`);
	}

	test.each<[object, readonly string[]]>([
		[{}, ['sort=-createdAt', 'limit=100']],
		[{sort: 'createdAt'}, ['sort=createdAt', 'limit=100']],
		[
			{archived: true, property: ['text', 'type']},
			['sort=-createdAt', 'archived=true', 'property=text,type', 'limit=100'],
		],
		[{searchParams: {sort: 'id', new: '1'}}, ['limit=100', 'sort=id', 'new=1']],
	])('messages: %j sends %j', async (options, query) => {
		expect(await queryOf(fetch => paginateMessages({accessToken, threadId: '7', fetch, ...options}))).toEqual(
			query,
		);
	});

	test('channel accounts: one inbox or channel, or several', async () => {
		const query = await queryOf(fetch =>
			paginateChannelAccounts({accessToken, fetch, inboxId: 1, channelId: [1000, '1002'], archived: false}),
		);
		expect(query).toEqual(['inboxId=1', 'channelId=1000', 'channelId=1002', 'archived=false', 'limit=100']);
	});

	test('inboxes: several fields to sort by', async () => {
		const query = await queryOf(fetch => paginateInboxes({accessToken, fetch, sort: ['type', '-name']}));
		expect(query).toEqual(['sort=type', 'sort=-name', 'limit=100']);
	});
});

describe('wrong options are refused at the call, by name', () => {
	test.each<[object, RegExp]>([
		[{threadId: undefined}, /^`threadId` must be one of HubSpot's ids: digits$/],
		[{threadId: 'all'}, /^`threadId` must be/],
		[{threadId: [7]}, /^`threadId` must be/],
		[{sort: 'id'}, /^`sort` must be '-createdAt' or 'createdAt'$/],
		[{originalContent: 'yes'}, /^`originalContent` must be true or false$/],
		[{originalContent: true, property: 'text'}, /^`property` must have `truncationStatus` in it/],
		[{archived: 1}, /^`archived` must be true or false$/],
		[{inboxId: 1}, /^`inboxId` is not an option; the options are `accessToken`/],
	])('paginateMessages: %j', (options, message) => {
		const call = () =>
			paginateMessages({accessToken, threadId: 7, ...options} as unknown as PaginateMessagesOptions);
		expect(call).toThrow(TypeError);
		expect(call).toThrow(message);
	});

	test.each<[object, RegExp]>([
		[{inboxId: []}, /^`inboxId` must name at least one/],
		[{channelId: 'chat'}, /^`channelId` must be one of HubSpot's ids: digits$/],
		[{sort: 'name desc'}, /^`sort` must be the name of a field/],
	])('paginateChannelAccounts: %j', (options, message) => {
		const call = () => paginateChannelAccounts({accessToken, ...options});
		expect(call).toThrow(TypeError);
		expect(call).toThrow(message);
	});
});
