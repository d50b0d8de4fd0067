/**
 * Syncs the threads and messages of fifty HubSpot accounts of very different size with three workers, and shows who
 * works on what:
 *
 *   npm run accounts
 *
 * The accounts are embedded, and so is the database, PGlite. With DATABASE_URL they are in a PostgreSQL, and each
 *
 *   DATABASE_URL=postgres://… npm run accounts -- --worker
 *
 * adds a machine. Kill a worker, or stop it with Ctrl-C: the others take over what it had.
 */
import {hostname} from 'node:os';
import {setTimeout} from 'node:timers/promises';
import {parseArgs} from 'node:util';
import {interruptSignal} from '../interrupt.ts';
import {type AccountStatus, addAccount, createTables, statusOf} from './accounts.ts';
import {openDatabase} from './database.ts';
import {startEmbeddedAccounts} from './embedded-accounts.ts';
import {enqueueAll, startWorker, type Worker} from './worker.ts';

const {values} = parseArgs({
	options: {
		worker: {type: 'boolean', default: false},
		workers: {type: 'string', default: '3'},
		accounts: {type: 'string', default: '50'},
		concurrency: {type: 'string', default: '4'},
		slice: {type: 'string', default: '3000'},
		'page-size': {type: 'string', default: '50'},
	},
});
const {
	DATABASE_URL: url = '',
	HUBSPOT_CLIENT_ID: clientId = 'embedded',
	HUBSPOT_CLIENT_SECRET: clientSecret = 'embedded',
} = process.env;

const app = {clientId, clientSecret};
const concurrency = Number(values.concurrency);
const slice = Number(values.slice);
const pageSize = Number(values['page-size']);
const signal = interruptSignal();
if (values.worker && url === '') {
	throw new Error('--worker adds a machine to a database that others reach too: set DATABASE_URL');
}

const isOver = (rows: readonly AccountStatus[]) =>
	rows.every(({state}) => state === 'done' || state === 'set aside');

const database = await openDatabase(url);
const accounts = values.worker ? [] : await startEmbeddedAccounts(Number(values.accounts), app);
const workers: Worker[] = [];
try {
	await createTables(database);
	for (const account of accounts) {
		await addAccount(database, account);
	}

	if (!values.worker) {
		await enqueueAll(database);
		console.log(`${accounts.length} accounts, in ${database.name}.`);
	}

	for (let number = 1; number <= (values.worker ? 1 : Number(values.workers)); number++) {
		const name = values.worker ? `${hostname()} ${process.pid}` : `worker ${number}`;
		workers.push(await startWorker(database, {name, app, concurrency, slice, pageSize}));
	}

	const begin = performance.now();
	let rows = await statusOf(database);
	while (!signal.aborted && !isOver(rows)) {
		await setTimeout(500, undefined, {signal}).catch(() => {});
		rows = await statusOf(database);
		if (process.stdout.isTTY) {
			console.clear();
			show(rows);
		}
	}

	show(rows);
	console.log(`${((performance.now() - begin) / 1000).toFixed(1)} s`);
} finally {
	await Promise.all(workers.map(worker => worker.stop()));
	await database.close();
	await Promise.all(accounts.map(({sandbox}) => sandbox.close()));
}

process.exitCode = signal.aborted ? signal.reason : 0;

function show(rows: readonly AccountStatus[]) {
	console.table(
		rows.map(({progress, reason, worker, ...row}) => ({
			...row,
			progress: `${Math.floor(progress * 100)} %`,
			'works on it': worker ?? '',
			reason: reason ?? '',
		})),
	);
}
