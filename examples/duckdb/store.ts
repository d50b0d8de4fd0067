import {type DuckDBConnection, DuckDBInstance} from '@duckdb/node-api';
import type {Batch, Checkpoint} from 'hubspot-threads';

const createThreads = `
	CREATE TABLE IF NOT EXISTS threads (
		id VARCHAR PRIMARY KEY,
		inbox_id VARCHAR,
		status VARCHAR,
		assigned_to VARCHAR,
		contact_id VARCHAR,
		created_at TIMESTAMPTZ,
		closed_at TIMESTAMPTZ,
		latest_message_at TIMESTAMPTZ,
		thread JSON NOT NULL,
		-- When HubSpot first showed the thread like this.
		observed_at TIMESTAMPTZ NOT NULL
	)`;

const createCheckpoint = `
	CREATE TABLE IF NOT EXISTS checkpoint (
		source VARCHAR PRIMARY KEY,
		checkpoint JSON NOT NULL
	)`;

const upsertThreads = `
	INSERT INTO threads AS stored
	SELECT
		thread->>'id',
		thread->>'inboxId',
		thread->>'status',
		thread->>'assignedTo',
		thread->>'associatedContactId',
		(thread->>'createdAt')::TIMESTAMPTZ,
		(thread->>'closedAt')::TIMESTAMPTZ,
		(thread->>'latestMessageTimestamp')::TIMESTAMPTZ,
		thread,
		$2::TIMESTAMPTZ
	FROM (SELECT unnest($1::JSON[]) AS thread)
	ON CONFLICT (id) DO UPDATE SET
		inbox_id = excluded.inbox_id,
		status = excluded.status,
		assigned_to = excluded.assigned_to,
		contact_id = excluded.contact_id,
		created_at = excluded.created_at,
		closed_at = excluded.closed_at,
		latest_message_at = excluded.latest_message_at,
		thread = excluded.thread,
		observed_at = excluded.observed_at
	WHERE stored.observed_at <= excluded.observed_at
		AND stored.thread IS DISTINCT FROM excluded.thread`;

const saveCheckpoint = `
	INSERT INTO checkpoint VALUES ($1, $2::JSON)
	ON CONFLICT (source) DO UPDATE SET checkpoint = excluded.checkpoint`;

/** Opens the file, which one process at a time can, and creates it with its tables in a first run. */
export async function openDatabase(file: string) {
	const instance = await DuckDBInstance.create(file);
	const connection = await instance.connect();
	// Weeks begin at midnight UTC, wherever this runs.
	for (const sql of ["SET TimeZone = 'UTC'", createThreads, createCheckpoint]) {
		await connection.run(sql);
	}

	return {
		connection,
		close() {
			connection.closeSync();
			instance.closeSync();
		},
	};
}

/** The checkpoint to go on from, if there has been a run. */
export async function loadCheckpoint(
	connection: DuckDBConnection,
	source: string,
): Promise<Checkpoint | undefined> {
	const rows = await connection.runAndReadAll('SELECT source, checkpoint FROM checkpoint');
	const [last] = rows.getRowObjectsJson();
	if (last && last.source !== source) {
		throw new Error(
			`The database has the threads of ${last.source}, not of ${source}: take another file, or remove it`,
		);
	}

	return last && JSON.parse(String(last.checkpoint));
}

/** Stores a batch with its checkpoint: both or neither. Returns how many threads were new or have changed. */
export async function store(
	connection: DuckDBConnection,
	source: string,
	{threads, observedAt, checkpoint}: Batch,
): Promise<number> {
	await connection.run('BEGIN');
	try {
		const {rowsChanged} = await connection.run(upsertThreads, [
			JSON.stringify(threads),
			observedAt.toISOString(),
		]);
		await connection.run(saveCheckpoint, [source, JSON.stringify(checkpoint)]);
		await connection.run('COMMIT');
		return rowsChanged;
	} catch (error) {
		await connection.run('ROLLBACK').catch(() => {});
		throw error;
	}
}
