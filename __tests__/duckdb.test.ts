import {mkdtemp, readdir, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, expect, test} from '@jest/globals';
import type {Thread} from '../lib/index.ts';
import {createSandbox} from '../lib/sandbox/index.ts';
import {
	describeExample,
	isInstalled,
	type OpenPlace,
	type SyncExample,
	testSyncExample,
} from './support/sync-example.ts';

type Store = typeof import('../examples/duckdb/store.ts');
const {openDatabase, loadCheckpoint, store} = isInstalled('duckdb')
	? await import('../examples/duckdb/store.ts')
	: ({} as Store);
const {weeks, writeParquet} = isInstalled('duckdb')
	? await import('../examples/duckdb/parquet.ts')
	: ({} as typeof import('../examples/duckdb/parquet.ts'));
const root = await mkdtemp(join(tmpdir(), 'duckdb-'));

afterAll(() => rm(root, {recursive: true}));

const duckdb: SyncExample = {
	name: 'duckdb',
	runsEmbedded: true,
	async createPlace() {
		const file = join(await mkdtemp(join(root, 'run-')), 'threads.duckdb');

		async function use<T>(work: (database: OpenPlace) => Promise<T>) {
			const {connection, close} = await openDatabase(file);
			try {
				return await work({
					async rows() {
						const read = await connection.runAndReadAll('FROM threads ORDER BY id');
						const rows = read.getRowObjectsJS();
						const parsed = rows.map(row => ({...row, thread: JSON.parse(String(row.thread))}));
						return JSON.parse(JSON.stringify(parsed));
					},
					loadCheckpoint: source => loadCheckpoint(connection, source),
					store: (source, batch) => store(connection, source, batch),
				});
			} finally {
				close();
			}
		}

		return {env: {}, args: [file], rows: () => use(({rows}) => rows()), use, drop: async () => {}};
	},
};

describeExample('duckdb', duckdb, () => {
	testSyncExample(duckdb);

	test('writes all threads to Parquet, and counts them by week and status', async () => {
		const directory = await mkdtemp(join(root, "it's-"));
		const {connection, close} = await openDatabase(join(directory, 'threads.duckdb'));
		const thread = (id: string, createdAt: string, hoursOpen?: number) => ({
			...([...createSandbox({threads: 1}).threads][0] as Thread),
			id,
			createdAt,
			status: hoursOpen === undefined ? 'OPEN' : 'CLOSED',
			closedAt:
				hoursOpen === undefined
					? null
					: new Date(Date.parse(createdAt) + hoursOpen * 3_600_000).toISOString(),
		});
		const threads = [
			thread('1', '2025-11-23T23:59:59.999Z', 1),
			thread('2', '2025-11-24T00:00:00.000Z', 1),
			thread('3', '2025-12-29T00:00:00.000Z', 1),
			thread('4', '2025-12-31T12:00:00.000Z', 2.5),
			thread('5', '2026-01-01T12:00:00.000Z', 100),
			thread('6', '2026-01-04T23:59:59.999Z'),
		];
		const file = join(directory, 'threads.parquet');
		await writeFile(file, 'of the last run');
		try {
			await store(connection, 'here', {
				threads,
				observedAt: new Date(),
				checkpoint: {version: 1, scope: {}, watermark: 1},
				progress: 1,
			});
			await writeParquet(connection, file);
			const read = await connection.runAndReadAll('SELECT thread FROM read_parquet($1) ORDER BY id', [file]);
			expect(read.getRows().map(([json]) => JSON.parse(String(json)))).toEqual(threads);
			const hours = 'hours to close (median)';
			// Mondays, and the last six weeks only.
			expect(await weeks(connection, file)).toEqual([
				{'week of': '2025-11-24', status: 'CLOSED', threads: 1, [hours]: 1},
				{'week of': '2025-12-29', status: 'CLOSED', threads: 3, [hours]: 2.5},
				{'week of': '2025-12-29', status: 'OPEN', threads: 1, [hours]: null},
			]);
			expect((await readdir(directory)).sort()).toEqual([
				'threads.duckdb',
				'threads.duckdb.wal',
				'threads.parquet',
			]);
		} finally {
			close();
		}
	});
});
