import {hostname} from 'node:os';
import {PGlite} from '@electric-sql/pglite';
import {Client} from 'pg';
import {lockFile} from '../lock-file.ts';
import type {Database} from '../warehouse/database.ts';
import {postgres} from '../warehouse/postgres.ts';

/** A server when there is a `url`; otherwise PGlite in a directory, which only one process at a time may open. */
export const openDatabase = (url: string, directory: string) =>
	url === '' ? openPGlite(directory) : openServer(url);

async function openPGlite(directory: string): Promise<Database> {
	const unlock = await lockFile(directory, directory);
	try {
		const database = await PGlite.create(directory);
		return {
			...postgres,
			name: `PGlite in ${directory}`,
			async query<Row>(sql: string, values: readonly unknown[] = []) {
				const {rows, affectedRows = 0} = await database.query<Row>(sql, [...values]);
				return {rows, count: affectedRows};
			},
			// The whole directory is this run's.
			lock: async () => {},
			async close() {
				await database.close();
				await unlock();
			},
		};
	} catch (error) {
		await unlock();
		throw error;
	}
}

async function openServer(url: string): Promise<Database> {
	const client = new Client({
		connectionString: url,
		connectionTimeoutMillis: 10_000,
		fallback_application_name: `hubspot-threads, process ${process.pid} on ${hostname()}`,
	});
	// A connection that breaks is an event too, which nobody would catch. The query that needs it fails.
	client.on('error', () => {});
	await client.connect();

	async function query<Row>(sql: string, values: readonly unknown[] = []) {
		const {rows, rowCount} = await client.query(sql, [...values]);
		return {rows: rows as Row[], count: rowCount ?? 0};
	}

	return {
		...postgres,
		name: `PostgreSQL at ${client.host}, database ${client.database}`,
		query,
		/** Ends with the connection, however that ends. */
		async lock(account, job) {
			const keys = ["hashtext('hubspot-threads ' || $1)", "hashtext(current_schema() || ' ' || $2)"];
			const {rows} = await query<{isMine: boolean}>(
				`SELECT pg_try_advisory_lock(${keys.join(', ')}) AS "isMine"`,
				[job, account],
			);
			if (!rows[0]?.isMine) {
				throw new Error(await describeHolder(keys, job, account));
			}
		},
		close: () => client.end(),
	};

	async function describeHolder(keys: readonly string[], job: string, account: string) {
		const {rows} = await query<{who: string; since: Date}>(
			`SELECT application_name AS who, backend_start AS since
			FROM pg_locks JOIN pg_stat_activity USING (pid)
			WHERE locktype = 'advisory' AND granted AND pg_locks.classid::bigint = ${keys[0]}::bigint & 4294967295
				AND pg_locks.objid::bigint = ${keys[1]}::bigint & 4294967295`,
			[job, account],
		);
		const holder = rows[0] ? `: ${rows[0].who}, since ${rows[0].since.toISOString()}` : '';
		return `Another run works on account ${account} in this database${holder}`;
	}
}
