import type {Batch, Checkpoint} from 'hubspot-threads';
import {type Database, transaction} from './database.ts';

const createThreads = `
	CREATE TABLE IF NOT EXISTS hubspot_threads (
		id text PRIMARY KEY,
		inbox_id text,
		status text,
		assigned_to text,
		contact_id text,
		created_at timestamptz,
		closed_at timestamptz,
		latest_message_at timestamptz,
		thread jsonb NOT NULL,
		-- When HubSpot first showed the thread like this.
		observed_at timestamptz NOT NULL
	)`;

const createCheckpoint = `
	CREATE TABLE IF NOT EXISTS hubspot_checkpoint (
		source text PRIMARY KEY,
		checkpoint jsonb NOT NULL
	)`;

// DISTINCT: a page that names a thread twice would fail, now and every time. The order keeps two syncs that run at
// once from waiting for each other.
const upsertThreads = `
	INSERT INTO hubspot_threads AS stored
	SELECT DISTINCT ON (thread->>'id')
		thread->>'id',
		thread->>'inboxId',
		thread->>'status',
		thread->>'assignedTo',
		thread->>'associatedContactId',
		(thread->>'createdAt')::timestamptz,
		(thread->>'closedAt')::timestamptz,
		(thread->>'latestMessageTimestamp')::timestamptz,
		thread,
		$2::timestamptz
	FROM jsonb_array_elements($1::jsonb) AS thread
	ORDER BY thread->>'id'
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
	INSERT INTO hubspot_checkpoint VALUES ($1, $2::jsonb)
	ON CONFLICT (source) DO UPDATE SET checkpoint = excluded.checkpoint`;

/** Creates the tables in a first run; later, gives the checkpoint to go on from. */
export async function openTables(database: Database, source: string): Promise<Checkpoint | undefined> {
	await database.query(createThreads);
	await database.query(createCheckpoint);
	const {rows} = await database.query<{source: string; checkpoint: Checkpoint}>(
		'SELECT source, checkpoint FROM hubspot_checkpoint',
	);
	const other = rows.find(row => row.source !== source);
	if (other) {
		throw new Error(
			`${database.name} has the threads of ${other.source}, not of ${source}. Take another database, or start over ` +
				'with DROP TABLE hubspot_threads, hubspot_checkpoint',
		);
	}

	return rows[0]?.checkpoint;
}

/** Stores a batch with its checkpoint: both or neither. Returns how many threads were new or have changed. */
export const store = (database: Database, source: string, {threads, observedAt, checkpoint}: Batch) =>
	transaction(database, async () => {
		const {count} = await database.query(upsertThreads, [JSON.stringify(threads), observedAt.toISOString()]);
		await database.query(saveCheckpoint, [source, JSON.stringify(checkpoint)]);
		return count;
	});

/** How many threads there are of each status. */
export async function countThreads(database: Database) {
	const {rows} = await database.query<{status: string; threads: number; latestMessage: Date}>(`
		SELECT status, count(*)::integer AS threads, max(latest_message_at) AS "latestMessage"
		FROM hubspot_threads GROUP BY status ORDER BY status`);
	return Object.fromEntries(rows.map(({status, ...counts}) => [status, counts]));
}
