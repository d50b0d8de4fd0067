import type {Checkpoint, Message, Thread} from 'hubspot-threads';
import {loadCheckpoint, saveCheckpoint} from './checkpoint.ts';
import {type Database, type Session, transaction} from './database.ts';
import {messageRow, recipientRows, senderRows, statusRow, threadRow} from './rows.ts';
import {upsert} from './upsert.ts';

/** What is stored at once: all of it, or nothing. */
export interface StoredBatch {
	readonly threads: readonly Thread[];
	/** HubSpot's clock when it showed the threads. */
	readonly observedAt: Date;
	/** Those of the threads, if they came along; without them the threads are put on the list of work. */
	readonly messages?: readonly Message[] | undefined;
	/** Ids that HubSpot does not have any more. */
	readonly gone?: readonly string[];
	readonly checkpoint?: Checkpoint;
}

/** How much of a batch was news. */
export interface Stored {
	readonly newThreads: number;
	readonly changedThreads: number;
	readonly goneThreads: number;
	readonly messages: number;
}

/** The job whose checkpoint is `sync()`'s. */
const job = 'sync';

export const loadSync = (database: Database, account: string) =>
	loadCheckpoint<Checkpoint>(database, account, job);

/** One batch is one transaction, and its checkpoint is part of it. */
export const storeBatch = (database: Database, account: string, batch: StoredBatch): Promise<Stored> =>
	transaction(database, async () => {
		const stored = await storeRows(database, account, batch);
		if (batch.checkpoint) {
			await saveCheckpoint(database, account, job, batch.checkpoint);
		}

		return stored;
	});

/** The rows of a batch, in a transaction that has more to do. */
export async function storeRows(
	session: Session,
	account: string,
	{threads, messages, observedAt, gone = []}: Omit<StoredBatch, 'checkpoint'>,
): Promise<Stored> {
	const ids = [...new Set(threads.map(({id}) => id))];
	const known = await countKnown(session, account, ids);
	const written = await storeThreads(session, account, threads, observedAt, messages === undefined);
	return {
		newThreads: ids.length - known,
		changedThreads: written - (ids.length - known),
		goneThreads: await markGone(session, account, gone, observedAt),
		messages: await storeMessages(session, account, messages ?? []),
	};
}

async function countKnown(session: Session, account: string, ids: readonly string[]): Promise<number> {
	const {rows} = await session.query<{known: number}>(
		`SELECT count(*)::integer AS known FROM thread
		WHERE account = $2 AND id IN (SELECT id FROM ${session.rowsFrom({id: 'text'}, 'given')})`,
		[toRows(ids), account],
	);
	return rows[0]?.known ?? 0;
}

const toRows = (ids: readonly string[]) => JSON.stringify(ids.map(id => ({id})));

/**
 * A later message makes a state the newer one, whatever the clocks say: those of HubSpot's servers differ by seconds.
 * An hour is more than they do, so a thread whose latest message was deleted does not stay as it was for ever.
 */
const isNewer = `
	(
		coalesce(excluded.latest_message_at = stored.latest_message_at, true)
			AND excluded.observed_at >= stored.observed_at
		OR excluded.latest_message_at > stored.latest_message_at
			AND excluded.observed_at > stored.observed_at - INTERVAL '1 hour'
		OR excluded.observed_at > stored.observed_at + INTERVAL '1 hour'
	)
	AND (stored.gone_at IS NULL OR excluded.observed_at >= stored.gone_at)`;

const storeThreads = (
	session: Session,
	account: string,
	threads: readonly Thread[],
	observedAt: Date,
	areMessagesDue: boolean,
) =>
	upsert(session, 'thread', account, threads.map(threadRow), {
		added: {
			observed_at: '$3::timestamptz',
			gone_at: 'NULL',
			messages_due_at: areMessagesDue ? 'now()' : 'NULL',
		},
		updated: {messages_due_at: areMessagesDue ? 'now()' : 'stored.messages_due_at'},
		values: [observedAt.toISOString()],
		where: isNewer,
	});

async function markGone(
	session: Session,
	account: string,
	ids: readonly string[],
	observedAt: Date,
): Promise<number> {
	if (ids.length === 0) {
		return 0;
	}

	const {count} = await session.query(
		`UPDATE thread SET gone_at = $3::timestamptz, messages_due_at = NULL
		WHERE account = $2 AND gone_at IS NULL AND observed_at <= $3::timestamptz
			AND id IN (SELECT id FROM ${session.rowsFrom({id: 'text'}, 'given')})`,
		[toRows(ids), account, observedAt.toISOString()],
	);
	return count;
}

/** With what they tell of senders, recipients and status. Returns how many were new or have changed. */
async function storeMessages(
	session: Session,
	account: string,
	messages: readonly Message[],
): Promise<number> {
	const rows = messages.map(messageRow);
	const changed = await upsert(session, 'message', account, rows, {
		where: 'coalesce(excluded.updated_at >= stored.updated_at, true)',
	});
	await upsert(session, 'message_sender', account, messages.flatMap(senderRows));
	await upsert(session, 'message_recipient', account, messages.flatMap(recipientRows));
	const changes = rows.filter(({type}) => type === 'THREAD_STATUS_CHANGE').map(statusRow);
	await upsert(session, 'thread_status_history', account, changes);
	return changed;
}

/** Threads of the list of work, with all their messages: they leave it unless they were put there again meanwhile. */
export const storeDue = (
	database: Database,
	account: string,
	due: readonly Due[],
	messages: readonly Message[],
): Promise<number> =>
	transaction(database, async () => {
		const changed = await storeMessages(database, account, messages);
		await database.query(
			`UPDATE thread SET messages_due_at = NULL
			FROM ${database.rowsFrom({id: 'text', since: 'timestamptz'}, 'read')}
			WHERE thread.account = $2 AND thread.id = read.id AND thread.messages_due_at = read.since`,
			[JSON.stringify(due), account],
		);
		return changed;
	});

/** A thread whose messages are to be read. */
export interface Due {
	readonly id: string;
	/** To the microsecond. */
	readonly since: string;
}

/** The next threads of the list of work, those that wait longest first. */
export async function nextDue(
	database: Database,
	account: string,
	until: string,
	limit: number,
): Promise<readonly Due[]> {
	const {rows} = await database.query<Due>(
		`SELECT id, messages_due_at::text AS since FROM thread
		WHERE account = $1 AND messages_due_at <= $2::timestamptz
		ORDER BY messages_due_at, id LIMIT ${limit}`,
		[account, until],
	);
	return rows;
}
