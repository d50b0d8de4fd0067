import {afterEach, beforeEach, describe, expect, jest, test} from '@jest/globals';
import fc from 'fast-check';
import {
	paginate,
	paginateChannelAccounts,
	paginateInboxes,
	paginateMessages,
	readActors,
	readThreads,
} from '../lib/index.ts';
import {createSandbox} from '../lib/sandbox/index.ts';
import {settle, useFakeClock} from './support/clock.ts';

beforeEach(useFakeClock);
afterEach(() => {
	jest.useRealTimers();
});

const idOf = ({id}: {readonly id: string}) => id;
const all = <Item>(items: AsyncIterable<Item>) => settle(Array.fromAsync(items));

describe('a whole account, from its threads to the names of those who wrote', () => {
	test('nothing is lost, whatever the size of the pages, though most of them are short', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.integer({min: 1, max: 1000}),
				fc.integer({min: 1, max: 20}),
				fc.constantFrom('createdAt' as const, '-createdAt' as const),
				async (seed, pageSize, sort) => {
					const {fetch, accessToken, threads, messages, requests} = createSandbox({
						threads: 15,
						seed,
						rateLimit: false,
					});
					const options = {fetch, accessToken};
					for (const {id} of threads) {
						const listed = await all(paginateMessages({...options, threadId: id, pageSize, sort}));
						const archived = await all(
							paginateMessages({...options, threadId: id, pageSize, sort, archived: true}),
						);
						expect(archived.every(message => message.archived)).toBe(true);
						expect([...listed, ...archived].map(idOf).sort()).toEqual(messages(id).map(idOf).sort());
						const times = listed.map(({createdAt}) => Date.parse(createdAt));
						expect(times).toEqual(times.toSorted((a, b) => (sort === 'createdAt' ? a - b : b - a)));
					}

					expect(requests.every(({method}) => method === 'GET')).toBe(true);
				},
			),
			{numRuns: 10},
		);
	}, 30_000);

	test('what is cut is whole with `originalContent`, and only that', async () => {
		const {fetch, accessToken, threads, requests} = createSandbox({threads: 60, rateLimit: false});
		let cut = 0;
		let texts = 0;
		for (const {id} of threads) {
			for (const message of await all(
				paginateMessages({fetch, accessToken, threadId: id, originalContent: true}),
			)) {
				if (message.type === 'MESSAGE') {
					texts++;
					const isCut = message.truncationStatus !== 'NOT_TRUNCATED';
					cut += Number(isCut);
					expect('originalContent' in message).toBe(isCut);
					if (message.originalContent?.text && message.text) {
						expect(message.originalContent.text.startsWith(message.text)).toBe(true);
					}
				}
			}
		}

		expect(cut).toBeGreaterThan(10);
		expect(cut).toBeLessThan(texts / 3);
		expect(requests.filter(({url}) => url.endsWith('/original-content'))).toHaveLength(cut);
	});

	test('threads, inboxes and actors lead to each other', async () => {
		const {fetch, accessToken, requests} = createSandbox({threads: 300, rateLimit: false});
		const options = {fetch, accessToken};
		const threads = await all(paginate(options));
		const inboxes = await all(paginateInboxes(options));
		expect(inboxes.map(idOf)).toEqual(expect.arrayContaining([...new Set(threads.map(t => t.inboxId))]));
		const [inbox] = inboxes;
		const accounts = await all(paginateChannelAccounts({...options, inboxId: inbox?.id}));
		expect(accounts.length).toBeGreaterThan(0);
		expect(accounts.every(({inboxId}) => inboxId === inbox?.id)).toBe(true);

		const assigned = threads.flatMap(({assignedTo}) => assignedTo ?? []);
		const actors = await all(readActors({...options, actorIds: [...assigned, 'V-1', 'E-nobody']}));
		expect(actors.map(idOf)).toEqual(expect.arrayContaining([...new Set(assigned)]));
		const posts = requests.filter(({method}) => method !== 'GET');
		expect(posts.map(({url, method}) => `${method} ${new URL(url).pathname}`)).toEqual([
			'POST /conversations/v3/conversations/actors/batch/read',
		]);
	});

	test('by id, a thread is what it is now, or gone', async () => {
		const sandbox = createSandbox({threads: 9, rateLimit: false});
		const ids = Array.from(sandbox.threads, idOf);
		const [closed, archived, removed] = ids as [string, string, string];
		sandbox.closeThread(closed);
		sandbox.archiveThread(archived);
		sandbox.removeThread(removed);
		const {fetch, accessToken} = sandbox;
		const read = await all(readThreads({fetch, accessToken, threadIds: ids}));
		expect(read.map(idOf)).toEqual(ids);
		expect(read[0]?.thread).toMatchObject({status: 'CLOSED'});
		expect(read[1]?.thread).toMatchObject({archived: true});
		expect(read[2]).toEqual({id: removed, observedAt: expect.any(Date)});
		expect(read.filter(({thread}) => thread).length).toBe(8);
	});
});
