import type {DuckDBConnection} from '@duckdb/node-api';

const quote = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** Writes all threads, under another name first: who is killed while writing leaves the last file whole. */
export async function writeParquet(connection: DuckDBConnection, file: string): Promise<void> {
	await connection.run(`
		COPY (FROM threads ORDER BY created_at, id)
		TO ${quote(file)} (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE true)`);
}

/** Threads per week and status, and how long it took to close them, of the last six weeks. */
export async function weeks(connection: DuckDBConnection, file: string) {
	const rows = await connection.runAndReadAll(`
		SELECT
			strftime(date_trunc('week', created_at), '%Y-%m-%d') AS "week of",
			status,
			count(*)::INTEGER AS threads,
			round(median(epoch(closed_at) - epoch(created_at)) / 3600, 1) AS "hours to close (median)"
		FROM ${quote(file)}
		WHERE created_at >= (SELECT date_trunc('week', max(created_at)) - INTERVAL 5 WEEKS FROM ${quote(file)})
		GROUP BY ALL
		ORDER BY ALL`);
	return rows.getRowObjectsJson();
}
