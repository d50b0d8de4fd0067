import {mkdtemp, readdir, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {afterAll, expect, test} from '@jest/globals';
import type {Database} from '../examples/warehouse/database.ts';
import {createRuns, describeExample, isInstalled, type Row, type Warehouse} from './support/warehouse.ts';
import {testWarehouse} from './support/warehouse-tests.ts';

const {openDatabase} = isInstalled('duckdb')
	? await import('../examples/duckdb/database.ts')
	: ({} as typeof import('../examples/duckdb/database.ts'));
const root = await mkdtemp(join(tmpdir(), "duckdb-it's-"));

afterAll(() => rm(root, {recursive: true}));

const duckdb: Warehouse = {
	name: 'duckdb',
	async createPlace() {
		const file = join(await mkdtemp(join(root, 'run-')), 'threads.duckdb');

		async function use<T>(work: (database: Database) => Promise<T>) {
			const database = await openDatabase(file);
			try {
				return await work(database);
			} finally {
				await database.close();
			}
		}

		return {
			env: {},
			args: [file],
			ask: (...queries) =>
				use(database => Promise.all(queries.map(async sql => (await database.query<Row>(sql)).rows))),
			use,
			drop: async () => {},
		};
	},
};

describeExample('duckdb', duckdb, () => {
	const runs = createRuns(duckdb);
	testWarehouse(duckdb, runs);

	test.concurrent('writes what HubSpot has to Parquet, and tells the last weeks', async () => {
		const {run, ask, args, sandbox} = await runs.setUpAccount({threads: 40, messageless: 0.2});
		const {code, stdout, stderr} = await run(['--reconcile', 'open']);
		expect({code, stderr}).toEqual({code: 0, stderr: ''});
		const messageless = [...sandbox.threads].filter(thread => !thread.latestMessageTimestamp);
		const missing = messageless.filter(({status}) => status === 'CLOSED');
		expect(missing.length).toBeGreaterThan(0);
		expect(stdout).toContain('What no list by time has');
		expect(stdout).toMatch(new RegExp(`^${40 - missing.length} threads: `, 'm'));
		expect(stdout).toMatch(/^\{ 'week of': '2025-12-\d\d', requests: \d+, /m);

		// Nothing is lost: comparing brings it, and the rest of what is said goes.
		const all = await run(['--reconcile', 'all']);
		expect(all).toMatchObject({code: 0, stderr: ''});
		expect(all.stdout).toContain(`compared all    ${missing.length} new thread`);
		expect(all.stdout).toMatch(/^40 threads: /m);
		expect(all.stdout).not.toContain('What no list by time has');
		const [file = ''] = args;
		const folder = dirname(file);
		expect((await readdir(folder)).sort()).toEqual([
			'threads.duckdb',
			'threads.messages.parquet',
			'threads.parquet',
		]);
		const of = (name: string) =>
			`SELECT count(*)::INTEGER AS rows FROM '${join(folder, name).replaceAll("'", "''")}'`;
		const [threads, messages, table] = await ask(
			of('threads.parquet'),
			of('threads.messages.parquet'),
			'SELECT count(*)::INTEGER AS rows FROM message',
		);
		expect(threads).toEqual([{rows: 40}]);
		expect(messages).toEqual(table);
	}, 120_000);
});
