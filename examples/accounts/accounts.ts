import type {BatchWithMessages, Checkpoint} from 'hubspot-threads';
import {createTablesIn} from '../warehouse/create.ts';
import {storeRows} from '../warehouse/store.ts';
import type {Database, Queryable} from './database.ts';

export interface Account {
	readonly id: string;
	/** Where its HubSpot is. */
	readonly baseUrl: string;
	readonly refreshToken: string;
}

/** An account, and how far it has come. */
export interface AccountRow {
	readonly id: string;
	readonly baseUrl: string;
	readonly checkpoint: Checkpoint | null;
}

/** A line of the table that is shown. */
export interface AccountStatus {
	readonly account: string;
	readonly state: string;
	readonly progress: number;
	readonly threads: number;
	readonly messages: number;
	readonly requests: number;
	readonly worker: string | null;
	readonly reason: string | null;
}

/** Another worker has this account now: a machine that stood still for longer than its heartbeat wakes up late. */
export class SupersededError extends Error {
	override name = 'SupersededError';
}

/** Those of the warehouse, which have the account in each key, and one of the accounts. */
export const createTables = (database: Database): Promise<void> =>
	database.transaction(async transaction => {
		await createTablesIn(transaction);
		await transaction.query(
			`CREATE TABLE IF NOT EXISTS hubspot_accounts (
				id text PRIMARY KEY,
				base_url text NOT NULL,
				refresh_token text NOT NULL,
				access_token text,
				renew_at timestamptz,
				-- 'waiting', 'working', 'done', or 'set aside', for a reason that a person can act on.
				state text NOT NULL DEFAULT 'waiting',
				reason text,
				-- Who works on it: only this attempt at a job may store.
				attempt text,
				worker text,
				checkpoint jsonb,
				progress double precision NOT NULL DEFAULT 0,
				requests integer NOT NULL DEFAULT 0,
				done_at timestamptz
			)`,
		);
	});

/** A new one, or one that is there: it is synced again, with a token that may be a new one. */
export async function addAccount(database: Queryable, {id, baseUrl, refreshToken}: Account): Promise<void> {
	await database.query(
		`INSERT INTO hubspot_accounts AS accounts (id, base_url, refresh_token) VALUES ($1, $2, $3)
		ON CONFLICT (id) DO UPDATE SET
			base_url = excluded.base_url,
			refresh_token = excluded.refresh_token,
			access_token = NULL,
			state = CASE WHEN accounts.state = 'working' THEN 'working' ELSE 'waiting' END,
			reason = NULL`,
		[id, baseUrl, refreshToken],
	);
}

/** From now on, only this attempt may store rows of the account. `undefined`: there is nothing to do. */
export async function claim(database: Queryable, id: string, attempt: string, worker: string) {
	const {rows} = await database.query<AccountRow>(
		`UPDATE hubspot_accounts SET attempt = $2, worker = $3, state = 'working', reason = NULL
		WHERE id = $1 AND state IN ('waiting', 'working')
		RETURNING id, base_url AS "baseUrl", checkpoint`,
		[id, attempt, worker],
	);
	return rows[0];
}

/** A batch with its checkpoint: both or neither. */
export const store = (
	database: Database,
	id: string,
	attempt: string,
	requests: number,
	{checkpoint, progress, ...rows}: BatchWithMessages,
): Promise<void> =>
	database.transaction(async transaction => {
		const {count} = await transaction.query(
			`UPDATE hubspot_accounts SET checkpoint = $3::jsonb, progress = $4, requests = requests + $5
			WHERE id = $1 AND attempt = $2`,
			[id, attempt, JSON.stringify(checkpoint), progress, requests],
		);
		if (count === 0) {
			throw new SupersededError(`Another worker has account ${id}`);
		}

		await storeRows(transaction, id, rows);
	});

/** The attempt is over: in the transaction that ends its job, so that nobody else begins before. */
export async function release(
	transaction: Queryable,
	id: string,
	attempt: string,
	state: 'waiting' | 'done' | 'set aside',
	reason?: string,
): Promise<boolean> {
	const {count} = await transaction.query(
		`UPDATE hubspot_accounts
		SET attempt = NULL, worker = NULL, state = $3, reason = $4, done_at = CASE WHEN $3 = 'done' THEN now() END
		WHERE id = $1 AND attempt = $2`,
		[id, attempt, state, reason ?? null],
	);
	return count > 0;
}

export async function statusOf(database: Queryable): Promise<AccountStatus[]> {
	const {rows} = await database.query<AccountStatus>(`
		SELECT id AS account, state, progress,
			(SELECT count(*) FROM thread WHERE thread.account = accounts.id)::integer AS threads,
			(SELECT count(*) FROM message WHERE message.account = accounts.id)::integer AS messages,
			requests, worker, reason
		FROM hubspot_accounts AS accounts
		ORDER BY id`);
	return rows;
}
