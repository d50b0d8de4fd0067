/** The plan that reconcile() documents: what each pass leaves right, and what it costs. */
import {afterEach, beforeEach, expect, jest, test} from '@jest/globals';
import {type ReconcileOptions, reconcile, sync, type Thread} from '../lib/index.ts';
import {createSandbox, type Sandbox} from '../lib/sandbox/index.ts';
import {settle, start, useFakeClock} from './support/clock.ts';
import {createRandom} from './support/random.ts';

beforeEach(useFakeClock);
afterEach(() => {
	jest.useRealTimers();
});

const minute = 60_000;
const hour = 60 * minute;

interface Row {
	readonly thread: Thread;
	readonly observedAt: number;
	readonly isGone: boolean;
}

function createJobs({accessToken, fetch}: Sandbox) {
	const connection = {accessToken, fetch, throttle: {limit: 1_000_000}};
	const rows = new Map<string, Row>();
	const store = (threads: readonly Thread[], gone: readonly string[], at: Date) => {
		const observedAt = at.getTime();
		const states = [
			...threads.map(thread => ({thread, observedAt, isGone: false})),
			...gone.map(id => ({...(rows.get(id) as Row), observedAt, isGone: true})),
		];
		for (const row of states) {
			if (observedAt >= (rows.get(row.thread.id)?.observedAt ?? 0)) {
				rows.set(row.thread.id, row);
			}
		}
	};
	const pass =
		(options: Partial<ReconcileOptions>, isHeld: (thread: Thread) => boolean): (() => Promise<void>) =>
		async () => {
			const held = [...rows.values()].filter(({thread, isGone}) => !isGone && isHeld(thread));
			const known = held.map(({thread}) => thread.id);
			const all = {...connection, ...options, known} as ReconcileOptions;
			for await (const {threads, gone, observedAt} of reconcile(all)) {
				store(threads, gone, observedAt);
			}
		};
	return {
		rows,
		async runSync() {
			for await (const {threads, observedAt} of sync(connection)) {
				store(threads, [], observedAt);
			}
		},
		passes: {
			open: pass({threadStatus: 'OPEN'}, ({status, archived}) => status === 'OPEN' && !archived),
			archived: pass({archived: true}, ({archived}) => archived === true),
			everything: pass({}, ({archived}) => !archived),
		},
	};
}

test.each(Array.from({length: 10}, (_, seed) => seed))(
	'what is wrong after sync() alone, then after each pass (seed %i)',
	async seed => {
		const random = createRandom(seed);
		const sandbox = createSandbox({
			threads: 300,
			seed: seed + 1,
			messageless: 0.1,
			archived: 0.1,
			rateLimit: false,
		});
		const {rows, runSync, passes} = createJobs(sandbox);
		const ids = Array.from(sandbox.threads, ({id}) => id);
		const removed = new Set<string>();

		function change() {
			const id = random.pick(ids);
			const changes = [
				() => sandbox.closeThread(id),
				() => sandbox.reopenThread(id),
				() => sandbox.assignThread(id, `A-${random.integer(1, 9)}`),
				() => sandbox.moveThread(id, random.pick(['481939', '147959634'])),
				() => sandbox.archiveThread(id),
				() => sandbox.restoreThread(id),
				() => sandbox.receiveMessage(id),
				() => {
					sandbox.removeThread(id);
					removed.add(id);
				},
			];
			if (!removed.has(id)) {
				random.pick(changes)();
			}
		}

		/** Rows that are not as HubSpot has them: in their status, in whether they are archived, in anything. */
		function wrong() {
			const there = new Map([...sandbox.threads].map(thread => [thread.id, thread]));
			const found = {status: 0, archived: 0, anything: 0};
			for (const id of ids) {
				const thread = there.get(id);
				const row = rows.get(id);
				const isHeld = row !== undefined && !row.isGone;
				const isOpen = (thread: Thread) => thread.status === 'OPEN' && !thread.archived;
				found.status += (thread !== undefined && isOpen(thread)) === (isHeld && isOpen(row.thread)) ? 0 : 1;
				found.archived += (thread?.archived ?? false) === (isHeld && row.thread.archived) ? 0 : 1;
				const {threadAssociations: _, ...shown} = thread ?? {};
				found.anything += JSON.stringify(isHeld ? row.thread : {}) === JSON.stringify(shown) ? 0 : 1;
			}

			return found;
		}

		async function work() {
			await runSync();
			await passes.open();
			await passes.archived();
			for (let changes = 0; changes < 150; changes++) {
				change();
				await new Promise(resolve => setTimeout(resolve, minute));
			}

			await runSync();
			const alone = wrong();
			expect(alone.status).toBeGreaterThan(0);
			expect(alone.archived).toBeGreaterThan(0);

			await passes.open();
			const hourly = wrong();
			expect(hourly.status).toBe(0);
			expect(hourly.archived).toBeGreaterThan(0);

			await passes.archived();
			const daily = wrong();
			expect(daily).toMatchObject({status: 0, archived: 0});
			expect(daily.anything).toBeGreaterThan(0);

			await passes.everything();
			expect(wrong()).toEqual({status: 0, archived: 0, anything: 0});
		}

		await settle(work());
	},
	30_000,
);

test.each([2000, 10_000])(
	'hourly, 5,000 open threads and 200 closings a day cost 440 requests, with %i closed threads',
	async closed => {
		const threads = Array.from(
			{length: 5000 + closed},
			(_, index): Thread => ({
				id: String(1000 + index),
				inboxId: '1',
				originalChannelId: '1000',
				originalChannelAccountId: '1',
				associatedContactId: '1',
				status: index % ((5000 + closed) / 1000) < 5 ? 'OPEN' : 'CLOSED',
				createdAt: new Date(start).toISOString(),
			}),
		);
		const sandbox = createSandbox({threads, rateLimit: false});
		const {rows, passes} = createJobs(sandbox);
		const open = threads.filter(({status}) => status === 'OPEN').map(({id}) => id);
		expect(open).toHaveLength(5000);

		async function day() {
			await passes.open();
			expect(rows.size).toBe(5000);
			const before = sandbox.requests.length;
			// Ten pages each, and a read by id for each closing.
			for (let pass = 0, closings = 0; pass < 24; pass++) {
				for (; closings < ((pass + 1) * 200) / 24; closings++) {
					sandbox.update(open[closings * 25] as string, {status: 'CLOSED'});
				}

				await new Promise(resolve => setTimeout(resolve, hour));
				await passes.open();
			}

			expect(sandbox.requests.length - before).toBe(24 * 10 + 200);
			expect([...rows.values()].filter(({thread}) => thread.status === 'CLOSED')).toHaveLength(200);
		}

		await settle(day());
	},
	60_000,
);
