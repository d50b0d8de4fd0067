/**
 * Copies a HubSpot account's conversations into DuckDB, and into Parquet files beside it. Run again, it gets what has
 * changed since:
 *
 *   HUBSPOT_ACCESS_TOKEN=… npm run duckdb [-- --help]
 *
 * The views are those of `npm run postgres`. Without a token, from an embedded HubSpot.
 *
 * Stop it at any moment, with Ctrl-C or by pulling the plug, and run it again: it goes on where it stopped.
 */
import {inspect} from 'node:util';
import {runCommand} from '../warehouse/run.ts';
import {openDatabase} from './database.ts';
import {parquetFiles, weeks, writeParquet} from './parquet.ts';

await runCommand({
	name: 'npm run duckdb',
	place: 'threads.duckdb',
	help: '  The tables and views are in the file; threads and messages are also written to Parquet files beside it.',
	open: openDatabase,
	async finish(database, account, file) {
		const files = parquetFiles(file);
		await writeParquet(database, account, files);
		const rows = await weeks(database, account);
		const table = rows.map(row => inspect(row, {breakLength: 120, colors: false})).join('\n');
		return `${table}\n\nAlso in ${files.threads} and ${files.messages}.`;
	},
});
