/**
 * Syncs the threads of a HubSpot account into DuckDB, and writes them to a Parquet file. Run again, it reads only what
 * has changed since:
 *
 *   HUBSPOT_ACCESS_TOKEN=… npm run duckdb [-- threads.duckdb]
 *
 * The Parquet file lies beside the database: threads.parquet. Without a token, the threads are those of an embedded
 * HubSpot.
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
import {weeks, writeParquet} from './parquet.ts';
import {loadCheckpoint, openDatabase, store} from './store.ts';

const {
	positionals: [file = 'threads.duckdb'],
} = parseArgs({allowPositionals: true});
const parquet = `${file.replace(/\.duckdb$/, '')}.parquet`;

const signal = interruptSignal();
const {isEmbedded, source, connection, close} = await connect(sandboxOptions);
const progress = createProgress();
let database: Awaited<ReturnType<typeof openDatabase>> | undefined;
try {
	database = await openDatabase(file);
	const checkpoint = await loadCheckpoint(database.connection, source);
	console.log(`Syncing the threads of ${isEmbedded ? '' : 'your account at '}${source} into ${file}.`);
	if (isEmbedded) {
		console.log('HUBSPOT_ACCESS_TOKEN is not set: with it, this syncs your own account.');
	}

	console.log(checkpoint ? 'From the checkpoint of the last run.\n' : 'A first run: everything.\n');

	let changed = 0;
	progress.show(0);
	progress.start(0);
	for await (const batch of sync({...connection, ...progress.callbacks, checkpoint, signal})) {
		changed += await store(database.connection, source, batch);
		progress.show(batch.progress);
	}

	progress.stop();
	await writeParquet(database.connection, parquet);
	console.table(await weeks(database.connection, parquet));
	console.log(`${count(changed)} threads were new or have changed; all are in ${file} and ${parquet}.`);
	console.log(`This run: ${progress.summary()}`);
} catch (error) {
	progress.stop();
	const what = signal.aborted ? 'Interrupted.' : describeError(error);
	console.error(`${what} Run the same command again to go on.`);
	process.exitCode = signal.aborted ? signal.reason : 1;
} finally {
	database?.close();
	await close();
}
