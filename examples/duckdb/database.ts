import {DuckDBInstance} from '@duckdb/node-api';
import {lockFile} from '../lock-file.ts';
import type {Database} from '../warehouse/database.ts';
import type {ColumnType} from '../warehouse/tables.ts';

const types: Readonly<Record<ColumnType, string>> = {
	text: 'VARCHAR',
	timestamptz: 'TIMESTAMPTZ',
	boolean: 'BOOLEAN',
	integer: 'INTEGER',
	// As text: DuckDB's JSON has no half of a surrogate pair, which HubSpot may send.
	json: 'VARCHAR',
};

/** Opens the file, which one process at a time can, and creates it in a first run. */
export async function openDatabase(file: string): Promise<Database> {
	const unlock = await lockFile(file, file);
	try {
		const instance = await DuckDBInstance.create(file);
		const connection = await instance.connect();
		return {
			name: `DuckDB in ${file}`,
			// Weeks begin at midnight UTC, wherever this runs.
			setUp: ["SET TimeZone = 'UTC'"],
			// It scans columns: an index is for keys.
			indexes: [],
			types,
			rowsFrom(columns, name) {
				const structure = Object.fromEntries(
					Object.entries(columns).map(([column, type]) => [column, types[type]]),
				);
				return `(SELECT unnest(from_json($1::JSON, '[${JSON.stringify(structure)}]'), recursive := true)) AS ${name}`;
			},
			async query<Row>(sql: string, values: readonly (string | boolean | null)[] = []) {
				const result = await connection.runAndReadAll(sql, [...values]);
				return {rows: result.getRowObjectsJson() as Row[], count: result.rowsChanged};
			},
			// The whole file is this run's.
			lock: async () => {},
			async close() {
				connection.closeSync();
				instance.closeSync();
				await unlock();
			},
		};
	} catch (error) {
		await unlock();
		throw error;
	}
}
