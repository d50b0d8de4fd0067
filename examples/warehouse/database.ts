import type {ColumnType} from './tables.ts';

type Value = string | boolean | null;

/** How a database says what this folder says. */
export interface Dialect {
	/** Statements that come before those that create tables. */
	readonly setUp: readonly string[];
	/** Statements that create the indexes. */
	readonly indexes: readonly string[];
	/** What a type is called in it. */
	readonly types: Readonly<Record<ColumnType, string>>;
	/** The rows of `$1`, which is a JSON array of objects, as a table of that name. */
	rowsFrom(columns: Readonly<Record<string, ColumnType>>, name: string): string;
}

/** What runs a statement: a connection, or a transaction of one. */
export interface Session extends Dialect {
	/** @returns the rows, and how many a statement wrote. */
	query<Row>(sql: string, values?: readonly Value[]): Promise<{rows: Row[]; count: number}>;
}

/** One connection to a database that takes this folder's SQL. */
export interface Database extends Session {
	/** For messages. */
	readonly name: string;
	/**
	 * Keeps another run away until this one ends.
	 *
	 * @throws {Error} that says who is running.
	 */
	lock(account: string, job: string): Promise<void>;
	close(): Promise<void>;
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
