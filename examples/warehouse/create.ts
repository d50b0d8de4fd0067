import {readFile} from 'node:fs/promises';
import {type Database, type Session, transaction} from './database.ts';
import {type Table, tables} from './tables.ts';

const viewsFile = new URL('views.sql', import.meta.url);

/** Creates what is not there yet. */
export const createTables = (database: Database): Promise<void> =>
	transaction(database, () => createTablesIn(database));

/** The same, in a transaction that is open. */
export async function createTablesIn(session: Session): Promise<void> {
	const views = await readFile(viewsFile, 'utf8');
	for (const sql of [...session.setUp, ...statements(session), ...session.indexes, ...split(views)]) {
		await session.query(sql);
	}
}

function statements({types}: Session): readonly string[] {
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
