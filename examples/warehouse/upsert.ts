import type {Session} from './database.ts';
import {type RowOf, type Table, type TableName, tables} from './tables.ts';

interface UpsertOptions {
	/** What the columns that this job adds are set to, in SQL; `$3` and later are `values`. */
	readonly added?: Readonly<Record<string, string>>;
	/** Like `added`, where the row is there already. */
	readonly updated?: Readonly<Record<string, string>>;
	readonly values?: readonly string[];
	/** A row is kept as it is unless this is true of `stored` and `excluded`. */
	readonly where?: string;
}

/**
 * Writes rows, of which the later one counts where two have the same key. Columns are named, so that a table may have
 * more of them.
 *
 * @returns how many rows were written: those that are there as they are, are not.
 */
export async function upsert<Name extends TableName>(
	session: Session,
	name: Name,
	account: string,
	rows: ReadonlyArray<RowOf<Name>>,
	{added = {}, updated = {}, values = [], where = 'true'}: UpsertOptions = {},
): Promise<number> {
	if (rows.length === 0) {
		return 0;
	}

	const {key, columns}: Table = tables[name];
	const {types} = session;
	const names = Object.keys(columns);
	const assignments = [
		...names.filter(column => !key.includes(column)).map(column => [column, `excluded.${column}`] as const),
		...Object.keys(added).map(column => [column, updated[column] ?? `excluded.${column}`] as const),
	];
	const isOther = Object.entries(columns)
		.filter(([column]) => !key.includes(column) && ('raw' in columns ? column === 'raw' : true))
		.map(([column]) => `stored.${column}::text IS DISTINCT FROM excluded.${column}::text`);
	const {count} = await session.query(
		`INSERT INTO ${name} AS stored (account, ${[...names, ...Object.keys(added)].join(', ')})
		SELECT $2::text, ${[...names.map(column => `given.${column}::${types[columns[column] ?? 'text']}`), ...Object.values(added)].join(', ')}
		FROM ${session.rowsFrom(columns, 'given')}
		ON CONFLICT (account, ${key.join(', ')}) DO UPDATE SET ${assignments.map(pair => pair.join(' = ')).join(', ')}
		WHERE (${isOther.join(' OR ')}${'gone_at' in added ? ' OR stored.gone_at IS NOT NULL' : ''}) AND (${where})`,
		[JSON.stringify(inOrder(rows, key)), account, ...values],
	);
	return count;
}

/** Each key once; in one order everywhere, so that two runs do not wait for each other in a circle. */
function inOrder(rows: readonly object[], key: readonly string[]): readonly object[] {
	const keyOf = (row: object) => JSON.stringify(key.map(column => (row as Record<string, unknown>)[column]));
	const byKey = new Map(rows.map(row => [keyOf(row), row] as const));
	return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}
