import {spawn} from 'node:child_process';
import {existsSync} from 'node:fs';
import {resolve} from 'node:path';
import {afterAll, describe, expect, test} from '@jest/globals';
import {sandboxOptions} from '../../examples/embedded-hubspot.ts';
import type {Batch, Thread} from '../../lib/index.ts';
import {createSandbox, type StartSandboxOptions, startSandbox} from '../../lib/sandbox/index.ts';
import {outputOf} from './output.ts';

const examples = resolve(import.meta.dirname, '../../examples');

/** A row as the examples store it, in JSON. */
export interface Row {
	readonly id: string;
	readonly inbox_id: string;
	readonly status: string;
	readonly assigned_to: string | null;
	readonly contact_id: string;
	readonly created_at: string;
	readonly closed_at: string | null;
	readonly latest_message_at: string | null;
	readonly thread: Thread;
	readonly observed_at: string;
}

/** A database that is empty at first. */
export interface Place {
	readonly env: NodeJS.ProcessEnv;
	readonly args: readonly string[];
	/** In the order of ids; while no run has it open. */
	rows(): Promise<readonly Row[]>;
	/** Opens it in this process. */
	use<T>(work: (database: OpenPlace) => Promise<T>): Promise<T>;
	/** Ends its connections, as a server does that is restarted. */
	disconnect?(): Promise<void>;
	drop(): Promise<void>;
}

export interface OpenPlace {
	rows(): Promise<readonly Row[]>;
	loadCheckpoint(source: string): Promise<unknown>;
	store(source: string, batch: Batch): Promise<number>;
}

export interface SyncExample {
	/** Its folder. */
	readonly name: string;
	/** What else it needs that is not there, with the command to run it. */
	readonly missing?: string | false;
	/** Whether it has connections that can break. */
	readonly isServer?: boolean;
	/** Once for each example is enough. */
	readonly runsEmbedded?: boolean;
	createPlace(): Promise<Place>;
}

/** Whether the packages of an example are there; npm writes that file when they are. */
export const isInstalled = (name: string) =>
	existsSync(`${examples}/${name}/node_modules/.package-lock.json`);

/** When a suite cannot run, its name says why, and the run ends with it: see `report-examples.mjs`. */
export function describeExample(title: string, {name, missing}: SyncExample, tests: () => void): void {
	const packages = `its packages are not installed: npm ci --prefix examples/${name} && npm test -- ${name}`;
	const why = isInstalled(name) ? missing : packages;
	if (why) {
		describe.skip(`${title}: ${why}`, tests);
	} else {
		describe(title, tests);
	}
}

/** What is promised of every example that syncs. */
export function testSyncExample(example: SyncExample): void {
	const ends: Array<() => Promise<void>> = [];
	afterAll(async () => {
		await Promise.all(ends.map(end => end()));
	});

	async function createPlace() {
		const place = await example.createPlace();
		ends.push(place.drop);
		return place;
	}

	/** Without an account, of the embedded HubSpot. */
	async function setUp(account: NodeJS.ProcessEnv = {}) {
		const place = await createPlace();
		function start(changes: NodeJS.ProcessEnv = {}) {
			const child = spawn(process.execPath, [`${examples}/${example.name}/main.ts`, ...place.args], {
				env: {
					...process.env,
					HUBSPOT_ACCESS_TOKEN: undefined,
					HUBSPOT_BASE_URL: undefined,
					DATABASE_URL: undefined,
					NO_COLOR: undefined,
					FORCE_COLOR: undefined,
					...account,
					...place.env,
					...changes,
				},
				// Nothing is left behind when a test fails.
				timeout: 100_000,
				killSignal: 'SIGKILL',
			});
			const {end} = outputOf(child);
			return {end, kill: (signal: NodeJS.Signals) => child.kill(signal)};
		}

		return {
			...place,
			start,
			run: (changes?: NodeJS.ProcessEnv) => start(changes).end,
		};
	}

	async function setUpAccount(options: StartSandboxOptions) {
		const sandbox = await startSandbox({messageless: 0, rateLimit: false, ...options});
		ends.push(sandbox.close);
		const account = {HUBSPOT_ACCESS_TOKEN: sandbox.accessToken, HUBSPOT_BASE_URL: sandbox.url};
		return {...(await setUp(account)), sandbox, expected: () => rowsOf(sandbox.threads)};
	}

	const threads = [...createSandbox({threads: 5, messageless: 0}).threads].map(shown);
	const [first, second] = threads as [Thread, Thread];
	const batch = (changes: Partial<Batch> = {}): Batch => ({
		threads,
		observedAt: new Date('2026-01-01T10:00:00Z'),
		checkpoint: {version: 1, scope: {}, watermark: 1},
		progress: 1,
		...changes,
	});

	test.concurrent('loses nothing when it is killed again and again, while threads get messages', async () => {
		let onRequest = (_number: number) => {};
		const {start, run, rows, sandbox, expected} = await setUpAccount({
			threads: 3000,
			// Many pages of few threads.
			faults: () => ({size: 100}),
			latency({number}) {
				onRequest(number);
				return Math.random() * 20;
			},
		});
		const ids = Array.from(sandbox.threads, ({id}) => id);
		const arrive = () => sandbox.receiveMessage(ids[Math.floor(Math.random() * ids.length)] as string);
		let kills = 0;
		for (;;) {
			// Later each time, so that it comes to an end, and at any moment of what it does by then.
			let left = 5 + 2 * kills;
			onRequest = () => {
				arrive();
				if (--left === 0 && kills < 3) {
					setTimeout(() => child.kill('SIGKILL'), Math.random() * 10);
				}
			};
			const child = start();
			const {code, signal, stderr} = await child.end;
			expect(stderr).toBe('');
			if (code === 0) {
				break;
			}

			expect(signal).toBe('SIGKILL');
			kills++;
		}

		expect(kills).toBe(3);
		// What came behind the back of the last run.
		onRequest = () => {};
		arrive();
		const last = await run();
		expect(last).toMatchObject({code: 0, stderr: ''});
		expect(last.stdout).toMatch(/^[1-9]\d* threads were new or have changed/m);
		const stored = await rows();
		expect(stored.map(withoutObservedAt)).toEqual(expected());

		// The overlap is read again, not all, and nothing of it is written.
		const before = sandbox.requests.length;
		const again = await run();
		expect(sandbox.requests.length - before).toBeLessThan(10);
		expect(again).toMatchObject({code: 0, stderr: ''});
		expect(again.stdout).toMatch(/^0 threads were new or have changed/m);
		expect(again.stdout).toMatch(/^This run: [1-9]\d* threads, /m);
		expect(await rows()).toEqual(stored);
	}, 120_000);

	test.concurrent('ends at a batch that it cannot store, and goes on with it', async () => {
		const {run, rows, sandbox, expected} = await setUpAccount({threads: 1500, faults: () => ({size: 100})});
		const [thread] = [...sandbox.threads].slice(700) as [Thread];
		sandbox.update(thread.id, {createdAt: 'no time at all'});
		const {code, stderr} = await run();
		expect(code).toBe(1);
		expect(stderr).toMatch(/^.*no time at all.* Run the same command again to go on\.\n$/);
		expect((await rows()).map(({id}) => id)).not.toContain(thread.id);

		sandbox.update(thread.id, {createdAt: thread.createdAt});
		expect(await run()).toMatchObject({code: 0, stderr: ''});
		expect((await rows()).map(withoutObservedAt)).toEqual(expected());
	}, 120_000);

	test.concurrent('can be stopped while HubSpot hangs, and goes on', async () => {
		let kill = (_signal: NodeJS.Signals) => true;
		const {start, run, rows, expected} = await setUpAccount({
			threads: 1500,
			faults({number}) {
				if (number === 9) {
					kill('SIGINT');
				}

				return number === 9 ? {stall: 'headers'} : {size: 100};
			},
		});
		const child = start();
		({kill} = child);
		const {code, stderr} = await child.end;
		expect({code, stderr}).toEqual({
			code: 130,
			stderr: 'Interrupted. Run the same command again to go on.\n',
		});
		expect(await run()).toMatchObject({code: 0, stderr: ''});
		expect((await rows()).map(withoutObservedAt)).toEqual(expected());
	}, 120_000);

	test('stores a batch and its checkpoint, or neither', async () => {
		const {use} = await createPlace();
		await use(async ({rows, loadCheckpoint, store}) => {
			expect(await loadCheckpoint('here')).toBeUndefined();
			const unstorable = [...threads.slice(1), {...first, createdAt: 'no time at all'}];
			await expect(store('here', batch({threads: unstorable}))).rejects.toThrow('no time at all');
			expect(await loadCheckpoint('here')).toBeUndefined();
			expect(await rows()).toEqual([]);

			await expect(
				store('here', batch({checkpoint: undefined as unknown as Batch['checkpoint']})),
			).rejects.toThrow();
			expect(await rows()).toEqual([]);

			expect(await store('here', batch())).toBe(5);
			expect(await loadCheckpoint('here')).toEqual(batch().checkpoint);
			expect((await rows()).map(withoutObservedAt)).toEqual(rowsOf(threads));
			// The last batch of a run may be empty.
			const checkpoint = {...batch().checkpoint, watermark: 2};
			expect(await store('here', batch({threads: [], checkpoint}))).toBe(0);
			expect(await loadCheckpoint('here')).toEqual(checkpoint);
		});
	}, 120_000);

	test('keeps the newest state, and writes nothing when nothing has changed', async () => {
		const {use} = await createPlace();
		await use(async ({rows, loadCheckpoint, store}) => {
			await loadCheckpoint('here');
			const at = (time: string, changes: Partial<Thread>) =>
				store(
					'here',
					batch({threads: [{...first, ...changes}], observedAt: new Date(`2026-01-01T${time}Z`)}),
				);
			expect(await at('10:00:00', {status: 'OPEN'})).toBe(1);
			const before = await rows();
			expect(await at('10:00:05', {status: 'OPEN'})).toBe(0);
			expect(await rows()).toEqual(before);
			expect(await at('09:59:59', {status: 'OLD'})).toBe(0);
			expect(await rows()).toEqual(before);
			// HubSpot's clock has whole seconds: of two states in one, what comes later counts.
			expect(await at('10:00:00', {status: 'CLOSED', closedAt: '2026-01-01T09:59:58.123Z'})).toBe(1);
			expect(await rows()).toMatchObject([{status: 'CLOSED', closed_at: '2026-01-01T09:59:58.123Z'}]);
			expect(await at('10:00:01', {status: 'OPEN', closedAt: null})).toBe(1);
			expect(await rows()).toMatchObject([
				{status: 'OPEN', closed_at: null, observed_at: '2026-01-01T10:00:01.000Z'},
			]);
			// Twice on one page.
			expect(await store('here', batch({threads: [second, second, ...threads]}))).toBe(4);
		});
	}, 120_000);

	if (example.isServer) {
		test.concurrent('ends when the connection breaks, and goes on', async () => {
			let disconnect: (() => Promise<void>) | undefined;
			const {run, rows, expected, ...place} = await setUpAccount({
				threads: 1500,
				faults({number}) {
					if (number === 9) {
						void disconnect?.();
					}

					return {size: 100};
				},
				latency: ({number}) => (number > 9 ? 200 : 0),
			});
			({disconnect} = place);
			const {code, stderr} = await run();
			expect(code).toBe(1);
			expect(stderr).toMatch(/^.*connection.* Run the same command again to go on\.\n$/i);
			expect(await run()).toMatchObject({code: 0, stderr: ''});
			expect((await rows()).map(withoutObservedAt)).toEqual(expected());
		}, 120_000);
	}

	if (example.runsEmbedded) {
		test.concurrent('syncs the embedded HubSpot, with a log that can be read, and takes no other threads after it', async () => {
			const {run, rows} = await setUp();
			const {code, stdout, stderr} = await run();
			expect({code, stderr}).toEqual({code: 0, stderr: ''});
			const listed = [...createSandbox(sandboxOptions).threads].filter(
				thread => thread.latestMessageTimestamp !== undefined,
			);
			expect((await rows()).map(withoutObservedAt)).toEqual(rowsOf(listed));
			expect(stdout).toContain('HUBSPOT_ACCESS_TOKEN is not set');
			expect(stdout).toMatch(/^\d+\.\d s +\d+ %, \d[\d,]* threads, \d+ pages, \d+ requests$/m);
			expect(stdout).toContain(`\n${listed.length.toLocaleString('en')} threads were new or have changed`);
			// biome-ignore lint/suspicious/noControlCharactersInRegex: no escape codes and no carriage returns.
			expect(stdout).not.toMatch(/[\x00-\x09\x0b-\x1f]/);

			const other = await run({HUBSPOT_ACCESS_TOKEN: 'secret', HUBSPOT_BASE_URL: 'http://127.0.0.1:9'});
			expect(other.code).toBe(1);
			expect(other.stderr).toMatch(/ has the threads of the embedded HubSpot, not of http:\/\/127/);
		}, 120_000);
	}
}

const withoutObservedAt = ({observed_at: _, ...row}: Row) => ({...row, version: undefined});

/** As a list shows it that is not asked for tickets. */
function shown({threadAssociations: _, ...thread}: Thread): Thread {
	return thread;
}

const timeOf = (timestamp: string | null | undefined) =>
	timestamp ? new Date(timestamp).toISOString() : null;

function rowsOf(threads: Iterable<Thread>) {
	return Array.from(threads, thread => ({
		id: thread.id,
		inbox_id: thread.inboxId,
		status: thread.status,
		assigned_to: thread.assignedTo ?? null,
		contact_id: thread.associatedContactId,
		created_at: timeOf(thread.createdAt),
		closed_at: timeOf(thread.closedAt),
		latest_message_at: timeOf(thread.latestMessageTimestamp),
		thread: shown(thread),
		version: undefined,
	}));
}
