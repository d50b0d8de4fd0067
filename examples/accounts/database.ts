import {PGlite} from '@electric-sql/pglite';
import {Pool, type PoolClient} from 'pg';
import type {Session} from '../warehouse/database.ts';
import {postgres} from '../warehouse/postgres.ts';

/** What runs a statement: a database, or a transaction in it. */
export interface Queryable extends Session {
	query<Row = Record<string, unknown>>(
		sql: string,
		values?: readonly unknown[],
	): Promise<{rows: Row[]; count: number}>;
}

export interface Database extends Queryable {
	/** For messages. */
	readonly name: string;
	/** Several statements, without values; gives the rows of all of them. */
	run(sql: string): Promise<unknown[]>;
	/** All of `work`, or nothing of it. */
	transaction<T>(work: (transaction: Queryable) => Promise<T>): Promise<T>;
	close(): Promise<void>;
}

/** A server when there is a `url`; otherwise PGlite, in the memory of this process. */
export const openDatabase = (url: string) => (url === '' ? openPGlite() : openServer(url));

async function openPGlite(): Promise<Database> {
	const database = await PGlite.create();
	const on = (one: Pick<PGlite, 'query'>): Queryable => ({
		...postgres,
		async query<Row>(sql: string, values: readonly unknown[] = []) {
			const {rows, affectedRows = 0} = await one.query<Row>(sql, [...values]);
			return {rows, count: affectedRows};
		},
	});
	return {
		name: 'PGlite, in this process',
		...on(database),
		async run(sql) {
			const results = await database.exec(sql);
			return results.flatMap(({rows}) => rows);
		},
		transaction: work => database.transaction(transaction => work(on(transaction as never))),
		close: () => database.close(),
	};
}

async function openServer(url: string): Promise<Database> {
	const pool = new Pool({connectionString: url, max: 10, connectionTimeoutMillis: 10_000});
	// A connection that breaks is an event too, which nobody would catch. The query that needs it fails.
	pool.on('error', () => {});
	const on = (one: Pool | PoolClient): Queryable => ({
		...postgres,
		async query<Row>(sql: string, values: readonly unknown[] = []) {
			const {rows, rowCount} = await one.query(sql, [...values]);
			return {rows: rows as Row[], count: rowCount ?? 0};
		},
	});
	return {
		name: `PostgreSQL at ${new URL(url).host}`,
		...on(pool),
		async run(sql) {
			// An array, if there are several; the types do not say so.
			const results = [await pool.query(sql)].flat();
			return results.flatMap(({rows}) => rows);
		},
		async transaction(work) {
			const client = await pool.connect();
			let broken: Error | undefined;
			try {
				await client.query('BEGIN');
				const result = await work(on(client));
				await client.query('COMMIT');
				return result;
			} catch (error) {
				// Without a connection there is nothing to roll back: what counts is the first error.
				await client.query('ROLLBACK').catch((error: Error) => {
					broken = error;
				});
				throw error;
			} finally {
				client.release(broken);
			}
		},
		close: () => pool.end(),
	};
}
