import {execFile} from 'node:child_process';
import {cpSync} from 'node:fs';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {afterAll} from '@jest/globals';
import type {Database} from '../examples/warehouse/database.ts';
import {testReport} from './support/report.ts';
import {createRuns, describeExample, isInstalled, type Place, type Warehouse} from './support/warehouse.ts';
import {testWarehouse} from './support/warehouse-tests.ts';

const areInstalled = isInstalled('postgres');
const {openDatabase} = areInstalled
	? await import('../examples/postgres/database.ts')
	: ({} as typeof import('../examples/postgres/database.ts'));

const {DATABASE_URL: serverUrl = ''} = process.env;
const reader = join(import.meta.dirname, 'support/read-postgres.ts');
const root = await mkdtemp(join(tmpdir(), 'postgres-'));

afterAll(() => rm(root, {recursive: true}));

async function withDatabase<T>(url: string, directory: string, work: (database: Database) => Promise<T>) {
	const database = await openDatabase(url, directory);
	try {
		return await work(database);
	} finally {
		await database.close();
	}
}

/** An empty PGlite is made once and copied: that is ten times as fast as to make one. `cp()` takes six times as long as this. */
const template = join(root, 'template');
if (areInstalled) {
	await withDatabase('', template, async () => {});
}

const createPlace = (url: string, directory: string): Place => ({
	env: {DATABASE_URL: url},
	args: directory === '' ? [] : [directory],
	async ask(...queries) {
		const {stdout} = await promisify(execFile)(process.execPath, [reader, url, directory, ...queries], {
			maxBuffer: 100_000_000,
		});
		return JSON.parse(stdout);
	},
	use: work => withDatabase(url, directory, work),
	drop: async () => {},
});

const pglite: Warehouse = {
	name: 'postgres',
	async createPlace() {
		const directory = await mkdtemp(join(root, 'run-'));
		cpSync(template, directory, {recursive: true});
		return createPlace('', directory);
	},
};

const server: Warehouse = {
	name: 'postgres',
	isServer: true,
	missing: serverUrl === '' && 'DATABASE_URL is not set: DATABASE_URL=postgres://… npm test -- postgres',
	/** A schema of its own, on a server where there may be others. */
	async createPlace() {
		const schema = `hubspot_threads_${crypto.randomUUID().replaceAll('-', '')}`;
		const url = new URL(serverUrl);
		url.searchParams.set('options', `-c search_path=${schema}`);
		const onServer = (sql: string) => withDatabase(serverUrl, '', database => database.query(sql));
		url.searchParams.set('application_name', schema);
		await onServer(`CREATE SCHEMA ${schema}`);
		return {
			...createPlace(url.href, ''),
			async disconnect() {
				await onServer(
					`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '${schema}'`,
				);
			},
			async drop() {
				await onServer(`DROP SCHEMA ${schema} CASCADE`);
			},
		};
	},
};

describeExample('postgres on PGlite', pglite, () => {
	const runs = createRuns(pglite);
	testWarehouse(pglite, runs);
	testReport(runs);
});
describeExample('postgres on a server', server, () => testWarehouse(server, createRuns(server)));
