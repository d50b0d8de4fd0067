import {expect, test} from '@jest/globals';
import {refuseOtherAccount, saveCheckpoint} from '../../examples/warehouse/checkpoint.ts';
import {createTables} from '../../examples/warehouse/create.ts';
import {nextDue, storeBatch, storeDue} from '../../examples/warehouse/store.ts';
import type {Message, Thread} from '../../lib/index.ts';
import {createSandbox} from '../../lib/sandbox/index.ts';
import {story} from './story.ts';
import {type createRuns, heldOf, type Row, truthOf, type Warehouse} from './warehouse.ts';

const account = '62515';
const pick = <T>(items: readonly T[]) => items[Math.floor(Math.random() * items.length)] as T;

/** What is promised of every warehouse. LONG_TESTS=1, as in `npm run test:long`, runs what takes long, and only that. */
export function testWarehouse(warehouse: Warehouse, runs: ReturnType<typeof createRuns>) {
	if (process.env.LONG_TESTS === '1') {
		testLong(warehouse, runs);
	} else {
		testShort(warehouse, runs);
	}
}

function testLong(warehouse: Warehouse, runs: ReturnType<typeof createRuns>) {
	const {isServer} = warehouse;
	const {setUp, setUpAccount} = runs;
	if (isServer) {
		testStop(warehouse, runs);
	}

	test.concurrent('is true to HubSpot after it was killed again and again, while everything changes', async () => {
		let onRequest = () => {};
		const {start, run, ask, sandbox} = await setUpAccount({
			threads: 150,
			archived: 0.05,
			// Many requests, so that there are many moments.
			faults: () => ({size: 40}),
			latency() {
				onRequest();
				return Math.random() * 10;
			},
		});
		const ids = Array.from(sandbox.threads, ({id}) => id);
		const removed = new Set<string>();
		const alive = () => ids.filter(id => !removed.has(id));
		// Draws what happens, whom it happens to, and when: before any request.
		const changes = [
			(id: string) => sandbox.receiveMessage(id),
			(id: string) => sandbox.closeThread(id),
			(id: string) => sandbox.reopenThread(id),
			(id: string) => sandbox.moveThread(id, '999'),
			(id: string) => sandbox.assignThread(id, 'A-2620003'),
			(id: string) => sandbox.archiveThread(id),
			(id: string) => sandbox.restoreThread(id),
			(id: string) => {
				sandbox.removeThread(id);
				removed.add(id);
			},
		];
		const change = () => pick(changes)(pick(alive()));
		for (const args of [[], ['--reconcile', 'all']]) {
			for (let kills = 0; ; kills++) {
				let left = 3 + Math.floor(Math.random() * 60) + 40 * kills;
				onRequest = () => {
					if (Math.random() < 0.2) {
						change();
					}

					if (--left === 0 && kills < 2) {
						setTimeout(() => child.kill('SIGKILL'), Math.random() * 10);
					}
				};
				const child = start(args);
				const {code, stderr} = await child.end;
				expect(stderr).toBe('');
				if (code === 0) {
					break;
				}
			}
		}

		if (isServer) {
			// Side by side, which only a server allows.
			const both = await Promise.all([run(), run(['--reconcile', 'all'])]);
			expect(both).toMatchObject([
				{code: 0, stderr: ''},
				{code: 0, stderr: ''},
			]);
		}

		// What happened behind the back of these runs is in the next ones, with nothing changing meanwhile.
		onRequest = () => {};
		expect(await run()).toMatchObject({code: 0, stderr: ''});
		expect(await run(['--reconcile', 'all'])).toMatchObject({code: 0, stderr: ''});
		const [threads, gone, messages, history] = await ask(...heldOf());
		const seen = new Set((gone ?? []).map(({id}) => String(id)));
		const [allThreads, allGone, allMessages, allHistory] = truthOf(
			sandbox,
			[...removed].filter(id => seen.has(id)),
		);
		expect(threads).toEqual(allThreads);
		expect(gone).toEqual(allGone);
		expect(messages).toEqual(allMessages);
		expect(history).toEqual(allHistory);

		// Nothing has changed, so nothing is written.
		const again = await run();
		expect(again).toMatchObject({code: 0, stderr: ''});
		expect(again.stdout).toMatch(
			/^in this run +0 new threads, 0 changed, 0 gone, 0 messages new or changed$/m,
		);
		expect(await ask(...heldOf())).toEqual([threads, gone, messages, history]);
	}, 300_000);

	if (!isServer) {
		test.concurrent('copies the embedded HubSpot, which has changed when it is asked again', async () => {
			const {run, ask} = await setUp();
			const first = await run(['--reconcile', 'none']);
			expect(first).toMatchObject({code: 0, stderr: ''});
			expect(first.stdout).toContain('HUBSPOT_ACCESS_TOKEN is not set');
			// biome-ignore lint/suspicious/noControlCharactersInRegex: no escape codes and no carriage returns.
			expect(first.stdout).not.toMatch(/[\x00-\x09\x0b-\x1f]/);
			const held = addUp(first.stdout);
			const second = await run();
			expect(second).toMatchObject({code: 0, stderr: ''});
			const now = addUp(second.stdout);
			const brought = /^in this run +([\d,]+) new threads?, ([\d,]+) changed, /m.exec(second.stdout) ?? [];
			expect(toNumber(brought[1]) + toNumber(brought[2])).toBeGreaterThan(0);
			expect(held + toNumber(brought[1])).toBe(now);
			expect(await ask('SELECT count(*)::integer AS threads FROM thread')).toEqual([[{threads: now}]]);

			const other = await run([], {HUBSPOT_ACCESS_TOKEN: 'secret', HUBSPOT_BASE_URL: 'http://127.0.0.1:9'});
			expect(other).toMatchObject({code: 1, stdout: ''});
			expect(other.stderr).not.toContain('secret');
		}, 300_000);
	}
}

function testShort(warehouse: Warehouse, runs: ReturnType<typeof createRuns>) {
	const {createPlace, setUpAccount} = runs;
	test('keeps what a database refuses, as NULL beside the raw JSON', async () => {
		const {use} = await createPlace();
		await use(async database => {
			await createTables(database);
			const thread = {
				...first,
				closedAt: '',
				createdAt: '2026-01-05T10:00:00',
				assignedTo: 'A-1\0',
				inboxId: 'half \ud800 of a pair',
				latestMessageTimestamp: '0000-13-45T99:00:00Z',
			} as Thread;
			const message = {...firstMessage, text: 'a\0b', subject: '\udfff', createdAt: ''} as Message;
			await storeBatch(database, account, {threads: [thread], messages: [message], observedAt: new Date()});
			const {rows} = await database.query<Row>(
				`SELECT closed_at, assigned_to, inbox_id, latest_message_at, CAST(created_at AS text) AS created_at,
					raw::text AS raw FROM thread`,
			);
			expect(rows).toEqual([
				{
					closed_at: null,
					assigned_to: null,
					inbox_id: null,
					latest_message_at: null,
					created_at: expect.stringMatching(/^2026-01-05 10:00:00\+00/),
					raw: JSON.stringify(thread),
				},
			]);
			const messages = await database.query<Row>(
				'SELECT text, subject, created_at, type, raw::text AS raw FROM message',
			);
			expect(messages.rows).toEqual([
				{text: null, subject: null, created_at: null, type: 'MESSAGE', raw: JSON.stringify(message)},
			]);
			// The views take them too.
			expect((await database.query('SELECT * FROM report_total')).rows).toHaveLength(1);
		});
	}, 300_000);

	test('keeps the newest state, and of two states on a page the later row', async () => {
		const {use} = await createPlace();
		await use(async database => {
			await createTables(database);
			const store = (observedAt: string, ...changes: ReadonlyArray<Partial<Thread>>) =>
				storeBatch(database, account, {
					threads: changes.map(change => ({...first, latestMessageTimestamp: at(0), ...change})),
					messages: [],
					observedAt: new Date(`2026-01-01T${observedAt}Z`),
				});
			const status = async () =>
				(await database.query<Row>('SELECT status, gone_at IS NOT NULL AS is_gone FROM thread')).rows;
			const at = (minutes: number) => new Date(Date.UTC(2026, 0, 1, 9, minutes)).toISOString();
			expect(await store('10:00:00', {status: 'A'}, {status: 'B'})).toMatchObject({
				newThreads: 1,
				changedThreads: 0,
			});
			expect(await status()).toMatchObject([{status: 'B'}]);
			expect(await store('10:00:05', {status: 'B'})).toMatchObject({newThreads: 0, changedThreads: 0});
			expect(await store('09:59:59', {status: 'old'})).toMatchObject({changedThreads: 0});
			expect(await status()).toMatchObject([{status: 'B'}]);
			// HubSpot's clock has whole seconds: of two states in one, what comes later counts.
			expect(await store('10:00:00', {status: 'C'})).toMatchObject({changedThreads: 1});
			// Another server's clock is behind, but the message is newer; and the other way round.
			expect(await store('09:59:57', {status: 'D', latestMessageTimestamp: at(1)})).toMatchObject({
				changedThreads: 1,
			});
			expect(await store('10:00:09', {status: 'old'})).toMatchObject({changedThreads: 0});
			expect(await status()).toEqual([{status: 'D', is_gone: false}]);
			// Without a time, only the clock can tell.
			expect(await store('10:00:10', {status: 'E', latestMessageTimestamp: ''})).toMatchObject({
				changedThreads: 1,
			});
			// Its latest message was deleted: not older for ever.
			expect(await store('10:00:11', {status: 'F', latestMessageTimestamp: at(5)})).toMatchObject({
				changedThreads: 1,
			});
			expect(await store('12:00:00', {status: 'G'})).toMatchObject({changedThreads: 1});

			const gone = (time: string) =>
				storeBatch(database, account, {
					threads: [],
					messages: [],
					gone: [first.id],
					observedAt: new Date(`2026-01-01T${time}Z`),
				});
			expect(await gone('11:00:00')).toMatchObject({goneThreads: 0});
			expect(await gone('12:00:01')).toMatchObject({goneThreads: 1});
			expect(await store('12:00:00', {status: 'G'})).toMatchObject({changedThreads: 0});
			expect(await status()).toEqual([{status: 'G', is_gone: true}]);
			// Restored just as it was.
			expect(await store('12:00:02', {status: 'G'})).toMatchObject({newThreads: 0, changedThreads: 1});
			expect(await status()).toEqual([{status: 'G', is_gone: false}]);
		});
	}, 300_000);

	test('stores a batch with its checkpoint, or neither; a thread leaves the list of work as it was put there', async () => {
		const {use} = await createPlace();
		await use(async database => {
			await createTables(database);
			const checkpoint = {version: 2, scope: {}, watermark: 1} as never;
			const batch = {threads, messages: [firstMessage], observedAt: new Date(), checkpoint};
			const unstorable = {...batch, messages: [{...firstMessage, id: null as unknown as string}]};
			await expect(storeBatch(database, account, unstorable)).rejects.toThrow();
			const counts = async () =>
				(
					await database.query<Row>(
						`SELECT (SELECT count(*) FROM thread)::integer AS threads,
							(SELECT count(*) FROM message)::integer AS messages,
							(SELECT count(*) FROM checkpoint)::integer AS checkpoints`,
					)
				).rows;
			expect(await counts()).toEqual([{threads: 0, messages: 0, checkpoints: 0}]);
			await storeBatch(database, account, batch);
			expect(await counts()).toEqual([{threads: 5, messages: 1, checkpoints: 1}]);

			const soon = new Date(Date.now() + 60_000).toISOString();
			expect(await nextDue(database, account, soon, 10)).toEqual([]);
			const closed = {...first, status: 'CLOSED', closedAt: '2026-01-01T00:00:00Z'};
			await storeBatch(database, account, {threads: [closed], observedAt: new Date()});
			const due = await nextDue(database, account, soon, 10);
			expect(due.map(({id}) => id)).toEqual([first.id]);
			// It changes again while its messages are read.
			await storeBatch(database, account, {threads: [{...closed, status: 'OPEN'}], observedAt: new Date()});
			await storeDue(database, account, due, []);
			const [later] = await nextDue(database, account, soon, 10);
			expect(later?.id).toBe(first.id);
			await storeDue(database, account, [later as NonNullable<typeof later>], []);
			expect(await nextDue(database, account, soon, 10)).toEqual([]);
		});
	}, 300_000);

	test('refuses the copy of another account by name', async () => {
		const {use} = await createPlace();
		await use(async database => {
			await createTables(database);
			await expect(refuseOtherAccount(database, '1', false)).resolves.toBeUndefined();
			await saveCheckpoint(database, '1', 'sync', {});
			await expect(refuseOtherAccount(database, '1', false)).resolves.toBeUndefined();
			await expect(refuseOtherAccount(database, '2', false)).rejects.toThrow(
				/ is a copy of account 1, and the access token belongs to 2: .*--account 2$/,
			);
			await expect(refuseOtherAccount(database, '2', true)).resolves.toBeUndefined();
			await saveCheckpoint(database, '2', 'sync', {});
			await expect(refuseOtherAccount(database, '1', false)).resolves.toBeUndefined();
		});
	}, 300_000);

	test.concurrent('says who is running, and whose token it is', async () => {
		let arrive = () => {};
		const arrived = new Promise<void>(resolve => {
			arrive = resolve;
		});
		const {start, run, sandbox} = await setUpAccount({
			threads: 5,
			faults({url}) {
				if (url.includes('sort=latestMessageTimestamp')) {
					arrive();
				}

				return undefined;
			},
		});
		const running = start();
		await arrived;
		// In the middle of its work, for as long as it takes.
		running.kill('SIGSTOP');
		const {code, stdout, stderr} = await run();
		running.kill('SIGCONT');
		expect({code, stdout}).toEqual({code: 1, stdout: ''});
		expect(stderr).toMatch(/in use by another run|Another run works on account 62515 in this database: /);
		if (!warehouse.isServer) {
			expect(stderr).toContain(`process ${running.pid}`);
		}

		expect(await running.end).toMatchObject({code: 0, stderr: ''});
		expect(await run(['--account', '62515'])).toMatchObject({code: 0, stderr: ''});
		const other = await run(['--account', '4711']);
		expect(other).toMatchObject({code: 1, stdout: ''});
		expect(other.stderr).toContain('The access token belongs to account 62515, not to 4711.');
		expect(other.stderr).not.toContain(sandbox.accessToken);
	}, 300_000);

	if (!warehouse.isServer) {
		testStop(warehouse, runs);
	}

	test('its views know what misleads', async () => {
		const {use} = await createPlace();
		await use(async database => {
			await createTables(database);
			for (const [sql, rows] of story.tables) {
				await sql(database, rows);
			}

			for (const [question, answer] of story.questions) {
				const {rows} = await database.query<Row>(question);
				expect([question, rows.map(numbers)]).toEqual([question, answer]);
			}
		});
	}, 300_000);

	if (warehouse.isServer) {
		test.concurrent('ends when the connection breaks, and goes on', async () => {
			let disconnect: (() => Promise<void>) | undefined;
			const {run, ask, sandbox, ...place} = await setUpAccount({
				threads: 60,
				faults({number}) {
					if (number === 9) {
						void disconnect?.();
					}

					return undefined;
				},
				latency: ({number}) => (number > 9 ? 50 : 0),
			});
			({disconnect} = place);
			const {code, stderr} = await run();
			expect(code).toBe(1);
			expect(stderr).toMatch(/^.*connection.* Run the same command again to go on\.\n$/i);
			expect(await run()).toMatchObject({code: 0, stderr: ''});
			expect(await run(['--reconcile', 'all'])).toMatchObject({code: 0, stderr: ''});
			const [threads, , messages] = await ask(...heldOf());
			const [allThreads, , allMessages] = truthOf(sandbox, []);
			expect([threads, messages]).toEqual([allThreads, allMessages]);
		}, 300_000);
	}
}

/** Of PostgreSQL it is short with PGlite, and long with a server. */
function testStop(warehouse: Warehouse, {setUpAccount}: ReturnType<typeof createRuns>) {
	test.concurrent('can be stopped while HubSpot hangs, helps, and refuses what it does not know', async () => {
		let kill = (_signal: NodeJS.Signals) => true;
		let isHanging = true;
		const {start, run, ask, sandbox} = await setUpAccount({
			threads: 20,
			faults({number}) {
				if (number === 12 && isHanging) {
					isHanging = false;
					kill('SIGINT');
					return {stall: 'headers'};
				}

				return undefined;
			},
		});
		const child = start();
		({kill} = child);
		expect(await child.end).toMatchObject({
			code: 130,
			stderr: 'Interrupted. Run the same command again to go on.\n',
		});
		expect(await run()).toMatchObject({code: 0, stderr: ''});
		const [threads] = await ask(...heldOf());
		const [all] = truthOf(sandbox, []);
		expect(threads?.length).toBe(all?.length);

		const {code, stdout, stderr} = await run(['--help']);
		expect({code, stderr}).toEqual({code: 0, stderr: ''});
		expect(stdout).toContain(`npm run ${warehouse.name} [-- [options]`);
		expect(await run(['--reconcile', 'some'])).toMatchObject({
			code: 1,
			stdout: '',
			stderr: '--reconcile must be one of none, open, archived, all. See --help.\n',
		});
		expect(await run(['--nope'])).toMatchObject({code: 1, stdout: ''});
	}, 300_000);
}

const {threads: made, messages} = createSandbox({threads: 5, messageless: 0});
const threads = [...made] as unknown as readonly Thread[];
const [first] = threads as readonly [Thread];
const firstMessage = messages(first.id).find(({type}) => type === 'MESSAGE') as unknown as Message;

/** PostgreSQL's client gives wide numbers as text. */
const numbers = (row: Row) =>
	Object.fromEntries(
		Object.entries(row).map(([name, value]) => [
			name,
			typeof value === 'string' && /^-?\d+(?:\.\d+)?$/.test(value) ? Number(value) : value,
		]),
	);

const toNumber = (text = '') => Number(text.replaceAll(',', ''));

/** Throws unless the parts are the whole, which is returned. */
function addUp(stdout: string): number {
	const [, total = '', parts = ''] = /^([\d,]+) threads: (.+)$/m.exec(stdout) ?? [];
	const sum = parts
		.split(' + ')
		.map(part => toNumber(part.split(' ')[0]))
		.reduce((a, b) => a + b, 0);
	expect(sum).toBe(toNumber(total));
	return sum;
}
