import type {Database} from '../warehouse/database.ts';

const quote = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** Where the Parquet files of a database are: beside it. */
export const parquetFiles = (file: string) => ({
	threads: `${file.replace(/\.duckdb$/, '')}.parquet`,
	messages: `${file.replace(/\.duckdb$/, '')}.messages.parquet`,
});

/** Writes what HubSpot has, under another name first: who is killed while writing leaves the last file whole. */
export async function writeParquet(
	{query}: Database,
	account: string,
	files: ReturnType<typeof parquetFiles>,
) {
	const threads = `FROM thread WHERE account = ${quote(account)} AND gone_at IS NULL ORDER BY created_at, id`;
	const messages = `
		FROM message SEMI JOIN thread ON thread.account = message.account AND thread.id = message.thread_id
			AND thread.gone_at IS NULL
		WHERE message.account = ${quote(account)} ORDER BY message.created_at, message.id`;
	for (const [rows, file] of [
		[threads, files.threads],
		[messages, files.messages],
	] as const) {
		await query(`COPY (${rows}) TO ${quote(file)} (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE true)`);
	}
}

/** What the last six weeks brought. */
export async function weeks({query}: Database, account: string): Promise<readonly Record<string, unknown>[]> {
	const {rows} = await query<Record<string, unknown>>(
		`SELECT
			strftime(date_trunc('week', opened_at), '%Y-%m-%d') AS "week of",
			count(*)::INTEGER AS requests,
			count(*) FILTER (WHERE is_open)::INTEGER AS open,
			round(median(seconds_to_first_response) / 60, 1) AS "minutes to a first response",
			round(median(seconds_to_close) / 3600, 1) AS "hours to close"
		FROM request
		WHERE account = $1 AND opened_at >= date_trunc('week', (
			SELECT max(opened_at) FROM request WHERE account = $1
		)) - INTERVAL 5 WEEKS
		GROUP BY ALL
		ORDER BY ALL`,
		[account],
	);
	return rows;
}
