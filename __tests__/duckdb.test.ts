import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll} from '@jest/globals';
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
});
