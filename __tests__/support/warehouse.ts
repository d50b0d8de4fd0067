import {type ChildProcessWithoutNullStreams, spawn} from 'node:child_process';
import {existsSync} from 'node:fs';
import {resolve} from 'node:path';
import {afterAll, describe} from '@jest/globals';
import type {Database} from '../../examples/warehouse/database.ts';
import {type StartedSandbox, type StartSandboxOptions, startSandbox} from '../../lib/sandbox/index.ts';
import {outputOf} from './output.ts';

const examples = resolve(import.meta.dirname, '../../examples');

/** A row, in JSON. */
export type Row = Readonly<Record<string, string | number | boolean | null>>;

/** A database that is empty at first. */
export interface Place {
	readonly env: NodeJS.ProcessEnv;
	readonly args: readonly string[];
	/** Asks it; while no run has it open, unless it is on a server. */
	ask(...queries: readonly string[]): Promise<ReadonlyArray<readonly Row[]>>;
	/** Opens it in this process. */
	use<T>(work: (database: Database) => Promise<T>): Promise<T>;
	/** Ends its connections, as a server does that is restarted. */
	disconnect?(): Promise<void>;
	drop(): Promise<void>;
}

export interface Warehouse {
	/** Its folder. */
	readonly name: string;
	/** What else it needs that is not there, with the command to run it. */
	readonly missing?: string | false;
	/** Whether it has connections that can break. */
	readonly isServer?: boolean;
	createPlace(): Promise<Place>;
}

/** Whether the packages of an example are there; npm writes that file when they are. */
export const isInstalled = (name: string) =>
	existsSync(`${examples}/${name}/node_modules/.package-lock.json`);

/**
 * When a suite cannot run, for want of its packages or its server, its name says why, and the run ends with it: see
 * `report-examples.mjs`. In CI, with REQUIRE_EXAMPLES=1, such a run fails.
 */
export function describeExample(
	title: string,
	{name, missing}: Pick<Warehouse, 'name' | 'missing'>,
	tests: () => void,
): void {
	const packages = `its packages are not installed: npm ci --prefix examples/${name} && npm test -- ${name}`;
	const why = isInstalled(name) ? missing : packages;
	if (why) {
		describe.skip(`${title}: ${why}`, tests);
	} else {
		describe(title, tests);
	}
}

/** Runs of a warehouse's command, in databases and on sandboxes that end with the tests. */
export function createRuns(warehouse: Warehouse) {
	const ends: Array<() => Promise<void>> = [];
	afterAll(async () => {
		await Promise.all(ends.map(end => end()));
	});

	async function createPlace() {
		const place = await warehouse.createPlace();
		ends.push(place.drop);
		return place;
	}

	/** Without an account, of the embedded HubSpot. */
	async function setUp(account: NodeJS.ProcessEnv = {}, script = 'main.ts') {
		const place = await createPlace();
		function start(args: readonly string[] = [], changes: NodeJS.ProcessEnv = {}, file = script) {
			const child: ChildProcessWithoutNullStreams = spawn(
				process.execPath,
				[`${examples}/${warehouse.name}/${file}`, ...args, ...place.args],
				{
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
				},
			);
			const {end, printed} = outputOf(child);
			return {end, printed, pid: child.pid, kill: (signal: NodeJS.Signals) => child.kill(signal)};
		}

		return {
			...place,
			start,
			run: (args?: readonly string[], changes?: NodeJS.ProcessEnv, file?: string) =>
				start(args, changes, file).end,
		};
	}

	async function setUpAccount(options: StartSandboxOptions) {
		const sandbox = await startSandbox({
			// Without headers that say so, a run would keep to what every account may.
			rateLimit: {limit: 10_000, interval: 1000},
			...options,
		});
		ends.push(sandbox.close);
		const account = {HUBSPOT_ACCESS_TOKEN: sandbox.accessToken, HUBSPOT_BASE_URL: sandbox.url};
		return {...(await setUp(account)), sandbox};
	}

	return {createPlace, setUp, setUpAccount};
}

/** What a database holds, of all accounts or of one, in the form of `truthOf()`. */
export const heldOf = (account?: string) => {
	const isMine = account === undefined ? 'true' : `thread.account = '${account}'`;
	return [
		`SELECT id, raw::text AS raw FROM thread WHERE gone_at IS NULL AND ${isMine} ORDER BY id`,
		`SELECT id FROM thread WHERE gone_at IS NOT NULL AND ${isMine} ORDER BY id`,
		`SELECT message.id, message.raw::text AS raw FROM message
		JOIN thread ON thread.account = message.account AND thread.id = message.thread_id AND gone_at IS NULL
		WHERE type = 'MESSAGE' AND ${isMine} ORDER BY 1`,
		// The last status that messages tell.
		`SELECT thread_id AS id, status FROM (
		SELECT history.thread_id, history.status,
			row_number() OVER (PARTITION BY history.thread_id ORDER BY changed_at DESC) AS place
		FROM thread_status_history AS history
		JOIN thread ON thread.account = history.account AND thread.id = history.thread_id AND gone_at IS NULL
			AND ${isMine}
	) AS changes WHERE place = 1 ORDER BY 1`,
	];
};

/**
 * @param gone ids of threads that were removed after they had been seen. Of a thread that was closed and opened again
 * between two looks, nobody can see that: its latest status counts, and every message that somebody wrote.
 */
export function truthOf(sandbox: StartedSandbox, gone: Iterable<string>): ReadonlyArray<readonly Row[]> {
	const threads = [...sandbox.threads].map(({threadAssociations: _, ...thread}) => thread);
	const byId = <T extends {readonly id: string}>(items: readonly T[]) =>
		items.toSorted((a, b) => compare(a.id, b.id));
	const messages = threads.flatMap(({id}) => sandbox.messages(id)).filter(({archived}) => !archived);
	const told = new Set(messages.filter(({newStatus}) => newStatus).map(({conversationsThreadId: id}) => id));
	return [
		byId(threads.map(thread => ({id: thread.id, raw: JSON.stringify(thread)}))),
		[...gone].sort(compare).map(id => ({id})),
		byId(
			messages
				.filter(({type}) => type === 'MESSAGE')
				.map(message => ({id: message.id, raw: JSON.stringify(message)})),
		),
		byId(threads.filter(({id}) => told.has(id)).map(({id, status}) => ({id, status}))),
	];
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
