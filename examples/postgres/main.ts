/**
 * Copies a HubSpot account's conversations into PostgreSQL. Run again, it gets what has changed since:
 *
 *   HUBSPOT_ACCESS_TOKEN=… DATABASE_URL=postgres://… npm run postgres [-- --help]
 *
 * Without DATABASE_URL, into PGlite, which is PostgreSQL inside this process, in the directory threads.pglite (or the
 * one that is named as argument). Without a token, from an embedded HubSpot.
 *
 * Stop it at any moment, with Ctrl-C or by pulling the plug, and run it again: it goes on where it stopped.
 */
import {runCommand} from '../warehouse/run.ts';
import {tables} from '../warehouse/tables.ts';
import {openDatabase} from './database.ts';

await runCommand({
	name: 'npm run postgres',
	place: 'threads.pglite',
	help: '  DATABASE_URL          a PostgreSQL server; without it, PGlite in a directory',
	open: directory => openDatabase(process.env.DATABASE_URL ?? '', directory),
	async finish(database): Promise<undefined> {
		// PostgreSQL plans a question by what it knows of the tables, and right after a first run it knows nothing.
		for (const table of Object.keys(tables)) {
			await database.query(`ANALYZE ${table}`);
		}
	},
});
