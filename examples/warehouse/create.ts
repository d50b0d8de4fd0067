import {readFile} from 'node:fs/promises';
import {type Database, transaction} from './database.ts';
import {type Table, tables} from './tables.ts';

const viewsFile = new URL('views.sql', import.meta.url);

/** Creates what is not there yet. */
export async function createTables(database: Database): Promise<void> {
	const views = await readFile(viewsFile, 'utf8');
	await transaction(database, async () => {
		for (const sql of [...database.setUp, ...statements(database), ...database.indexes, ...split(views)]) {
			await database.query(sql);
		}
	});
}

function statements({types}: Database): readonly string[] {
	return Object.entries<Table>(tables).map(([name, {key, columns, added = {}}]) => {
		const lines = [
			'account text NOT NULL',
			...Object.entries({...columns, ...added}).map(([column, type]) => `${column} ${types[type]}`),
			`PRIMARY KEY (${['account', ...key].join(', ')})`,
		];
		return `CREATE TABLE IF NOT EXISTS ${name} (${lines.join(', ')})`;
	});
}

/** One statement after the other: a driver takes one at a time. */
export const split = (sql: string): readonly string[] =>
	sql
		.split(/;\s*$/m)
		.map(statement => statement.trim())
		.filter(statement => statement !== '');
