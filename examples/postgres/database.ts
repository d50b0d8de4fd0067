import {PGlite} from '@electric-sql/pglite';
import {Client} from 'pg';

/** One connection. PGlite and a server take the same SQL. */
export interface Database {
	/** For messages. */
	readonly name: string;
	query<Row>(sql: string, values?: unknown[]): Promise<{rows: Row[]; count: number}>;
	close(): Promise<void>;
}

/** A server when there is a `url`; otherwise PGlite in a directory, which only one process at a time may open. */
export const openDatabase = (url: string, directory: string) =>
	url === '' ? openPGlite(directory) : openServer(url);

async function openPGlite(directory: string): Promise<Database> {
	const database = await PGlite.create(directory);
	return {
		name: `PGlite in ${directory}`,
		async query<Row>(sql: string, values: unknown[] = []) {
			const {rows, rowCount = 0} = await database.query<Row>(sql, values);
			return {rows, count: rowCount};
		},
		close: () => database.close(),
	};
}

async function openServer(url: string): Promise<Database> {
	const client = new Client({connectionString: url, connectionTimeoutMillis: 10_000});
	// A connection that breaks is an event too, which nobody would catch. The query that needs it fails.
	client.on('error', () => {});
	await client.connect();
	return {
		name: `PostgreSQL at ${client.host}, database ${client.database}`,
		async query<Row>(sql: string, values: unknown[] = []) {
			const {rows, rowCount} = await client.query(sql, values);
			return {rows: rows as Row[], count: rowCount ?? 0};
		},
		close: () => client.end(),
	};
}

/** All of `work`, or nothing of it. */
export async function transaction<T>(database: Database, work: () => Promise<T>): Promise<T> {
	await database.query('BEGIN');
	try {
		const result = await work();
		await database.query('COMMIT');
		return result;
	} catch (error) {
		// Without a connection there is nothing to roll back: what counts is the first error.
		await database.query('ROLLBACK').catch(() => {});
		throw error;
	}
}
