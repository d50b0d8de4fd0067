import {expect, jest, test} from '@jest/globals';
import {
	type BatchWithMessages,
	DailyReserveError,
	type Message,
	type PaginationError,
	reconcile,
	sync,
	type Thread,
} from '../lib/index.ts';
import {createSandbox, type Sandbox} from '../lib/sandbox/index.ts';
import {settle} from './support/clock.ts';
import {expectNothingLeft} from './support/nothing-left.ts';

expectNothingLeft();

const day = 86_400_000;
const byId = (a: {readonly id: string}, b: {readonly id: string}) => (a.id < b.id ? -1 : 1);

/** Runs `work` each midnight, with the `resume` of the day before, until it does not fail; gives the days' requests. */
async function dayByDay<T extends object>(
	{requests}: Sandbox,
	work: (resume: T | undefined) => Promise<void>,
): Promise<ReadonlyArray<readonly string[]>> {
	const days: string[][] = [];
	let resume: T | undefined;
	for (let isDone = false; !isDone; ) {
		const {length} = requests;
		const error = await settle(work(resume)).then(
			() => undefined,
			(error: unknown) => error as PaginationError,
		);
		days.push(requests.slice(length).map(({url}) => new URL(url).pathname));
		isDone = error === undefined;
		if (error) {
			expect(error).toBeInstanceOf(DailyReserveError);
			resume = error.resume as T;
			expect(JSON.parse(JSON.stringify(resume))).toEqual(resume);
			jest.advanceTimersByTime(day - (Date.now() % day));
		}
	}

	// What is left of the day was left to others: nothing was refused.
	expect(requests.map(({status}) => status).filter(status => status === 429)).toEqual([]);
	return days;
}

test('sync() with messages: a first load takes days, and each begins where the last one ended', async () => {
	const sandbox = createSandbox({
		threads: 400,
		messageless: 0,
		latency: 50,
		rateLimit: {limit: 100, interval: 1000, daily: 200},
	});
	const {accessToken, fetch} = sandbox;
	const threads = new Map<string, Thread>();
	const messages = new Map<string, Message>();
	let last: BatchWithMessages | undefined;
	const days = await dayByDay<{checkpoint: BatchWithMessages['checkpoint']}>(sandbox, async resume => {
		expect(resume?.checkpoint).toEqual(last?.checkpoint);
		const options = {accessToken, fetch, pageSize: 20, throttle: {dailyReserve: 0.35}};
		for await (last of sync({...options, ...resume, messages: true})) {
			for (const thread of last.threads) {
				threads.set(thread.id, thread);
			}

			for (const message of last.messages) {
				messages.set(message.id, message);
			}
		}
	});
	expect(days.length).toBeGreaterThan(2);
	// A list has what a thread belongs to only where it is asked for.
	const listed = [...sandbox.threads].map(({threadAssociations: _, ...thread}) => thread);
	expect([...threads.values()].sort(byId)).toEqual(listed.sort(byId));
	const shown = listed.flatMap(({id}) => sandbox.messages(id)).filter(({archived}) => !archived);
	expect([...messages.values()].sort(byId)).toEqual(shown.sort(byId));
	for (const [index, requests] of days.entries()) {
		if (index < days.length - 1) {
			expect(requests.length).toBeGreaterThanOrEqual(130);
			expect(requests.length).toBeLessThanOrEqual(130 + 64);
		}
	}
});

test.each([
	['reads what is not in the list', 0],
	['reads the list, as others use the account too', 75],
])('reconcile(), while it %s: what was stored is not read again on the next day', async (_, others) => {
	const sandbox = createSandbox({
		threads: 300,
		latency: 50,
		rateLimit: {limit: 100, interval: 1000, daily: 100},
	});
	const {accessToken, fetch} = sandbox;
	const another = new Request('https://api.hubapi.com/conversations/v3/conversations/inboxes', {
		headers: {authorization: `Bearer ${accessToken}`},
	});
	await settle(Promise.all(Array.from({length: others}, () => fetch(another))));
	/** Everything is known as open; some are closed, and some are not there any more. */
	const known = new Map([...sandbox.threads].map(({id}) => [id, 'OPEN']));
	const ids = [...known.keys()];
	for (const [index, id] of ids.entries()) {
		if (index % 7 === 0) {
			sandbox.removeThread(id);
		} else if (index % 2 === 0) {
			sandbox.closeThread(id);
		} else {
			sandbox.reopenThread(id);
		}
	}

	/** What needs no further look. */
	const settled = new Set<string>();
	const days = await dayByDay(sandbox, async resume => {
		expect(resume ?? {}).toEqual({});
		const settledBefore = new Set(settled);
		const {length} = sandbox.requests;
		const options = {accessToken, fetch, pageSize: 10, throttle: {dailyReserve: 0.2}, ...resume};
		const open = ids.filter(id => known.get(id) === 'OPEN');
		try {
			for await (const {threads, gone} of reconcile({...options, threadStatus: 'OPEN', known: open})) {
				for (const [id, status] of [
					...threads.map(({id, status}) => [id, String(status)] as const),
					...gone.map(id => [id, 'gone'] as const),
				]) {
					known.set(id, status);
					if (status !== 'OPEN') {
						settled.add(id);
					}
				}
			}
		} finally {
			const read = sandbox.requests.slice(length).map(({url}) => /threads\/(\d+)/.exec(url)?.[1] ?? '');
			expect(read.filter(id => settledBefore.has(id))).toEqual([]);
		}
	});
	const [first = []] = days;
	expect(first.some(path => /\d$/.test(path))).toBe(others === 0);
	expect(days.length).toBeGreaterThan(1);
	const truth = new Map([...sandbox.threads].map(({id, status}) => [id, status]));
	expect(known).toEqual(new Map(ids.map(id => [id, truth.get(id) ?? 'gone'])));
});
