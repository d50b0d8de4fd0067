/**
 * Syncs the threads of a HubSpot account into PostgreSQL. Run again, it reads only what has changed since:
 *
 *   HUBSPOT_ACCESS_TOKEN=… DATABASE_URL=postgres://… npm run postgres
 *
 * Without DATABASE_URL, into PGlite, which is PostgreSQL inside this process, in the directory threads.pglite (or the
 * one that is named as argument). Without a token, from an embedded HubSpot.
 *
 * Stop it at any moment, with Ctrl-C or by pulling the plug, and run it again: it goes on where it stopped.
 */
import {parseArgs} from 'node:util';
import {sync} from 'hubspot-threads';
import {connect} from '../connect.ts';
import {describeError} from '../describe-error.ts';
import {sandboxOptions} from '../embedded-hubspot.ts';
import {interruptSignal} from '../interrupt.ts';
import {count, createProgress} from '../progress.ts';
import {type Database, openDatabase} from './database.ts';
import {countThreads, openTables, store} from './store.ts';

const {
	positionals: [directory = 'threads.pglite'],
} = parseArgs({allowPositionals: true});

const signal = interruptSignal();
const {isEmbedded, source, connection, close} = await connect(sandboxOptions);
const progress = createProgress();
let database: Database | undefined;
try {
	database = await openDatabase(process.env.DATABASE_URL ?? '', directory);
	const checkpoint = await openTables(database, source);
	console.log(
		`Syncing the threads of ${isEmbedded ? '' : 'your account at '}${source} into ${database.name}.`,
	);
	if (isEmbedded) {
		console.log('HUBSPOT_ACCESS_TOKEN is not set: with it, this syncs your own account.');
	}

	console.log(checkpoint ? 'From the checkpoint of the last run.\n' : 'A first run: everything.\n');

	let changed = 0;
	progress.show(0);
	progress.start(0);
	for await (const batch of sync({...connection, ...progress.callbacks, checkpoint, signal})) {
		changed += await store(database, source, batch);
		progress.show(batch.progress);
	}

	progress.stop();
	console.table(await countThreads(database));
	console.log(
		`${count(changed)} threads were new or have changed. Run it again to get what changes from now on.`,
	);
	console.log(`This run: ${progress.summary()}`);
} catch (error) {
	progress.stop();
	const what = signal.aborted ? 'Interrupted.' : describeError(error);
	console.error(`${what} Run the same command again to go on.`);
	process.exitCode = signal.aborted ? signal.reason : 1;
} finally {
	await database?.close();
	await close();
}
