import type {Throttle} from '../request/throttle.ts';
import {parseSharedOptions, type SharedThrottleOptions} from './options.ts';
import {type Answer, horizon, parseAnswer, type Question, type Store, slack} from './store.ts';
import {StoreError} from './store-error.ts';
import {createStoreThrottle} from './store-throttle.ts';

/**
 * Runs one statement with its values (`$1`, `$2` …) on your client, outside of a transaction, and gives the rows.
 */
export type PostgresQuery = (
	sql: string,
	values: Array<string | number | boolean>,
) => PromiseLike<readonly unknown[]>;

/**
 * The table of all PostgreSQL throttles, one small row for each key. A throttle makes it if it is not there; run
 * this beforehand where your user may not, and grant `SELECT, INSERT, UPDATE` on it. After a crash of the server the
 * table is empty, which is safe.
 */
export const postgresThrottleTable = `CREATE UNLOGGED TABLE IF NOT EXISTS hubspot_threads_throttle (
	key text PRIMARY KEY,
	slot timestamptz NOT NULL,
	requests double precision NOT NULL,
	milliseconds double precision NOT NULL,
	granted boolean NOT NULL
) WITH (fillfactor = 50)`;

/**
 * `clock_timestamp()`, for `now()` is as old as the transaction; and read once, in a subquery that is not merged
 * (OFFSET 0) and runs when the row is locked, so that nobody decides with a time from before the wait for it.
 */
const statement = `
INSERT INTO hubspot_threads_throttle AS t (key, slot, requests, milliseconds, granted)
VALUES ($1::text, clock_timestamp() + greatest(${horizon}, $5::double precision) * interval '1 ms',
	$2::double precision, $3::double precision, false)
ON CONFLICT (key) DO UPDATE SET (slot, requests, milliseconds, granted) = (
	SELECT
		CASE WHEN is_granted THEN free ELSE greatest(t.slot, now + $5::double precision * interval '1 ms') END,
		rate.requests, rate.milliseconds, is_granted
	FROM
		(SELECT clock_timestamp() AS now OFFSET 0) AS clock,
		(SELECT
			CASE WHEN $4::boolean THEN $2::double precision ELSE t.requests END AS requests,
			CASE WHEN $4::boolean THEN $3::double precision ELSE t.milliseconds END AS milliseconds) AS rate,
		LATERAL (SELECT
			greatest(t.slot + ${slack} * rate.milliseconds / rate.requests * interval '1 ms', now) AS free) AS next,
		LATERAL (SELECT
			$6::boolean AND $5::double precision = 0 AND free <= now + ${horizon} * interval '1 ms'
			AS is_granted) AS decision)
RETURNING granted::int AS granted,
	(extract(epoch FROM slot - clock_timestamp()) * 1000)::double precision AS wait, requests, milliseconds`;

/**
 * A throttle for all processes that share a PostgreSQL and a `key`: evenly spaced slots on the server's clock, never
 * more than `limit` in any rolling `interval`, at least 93 % of it used. One small statement for each request; a
 * pause after a 429 and a limit that HubSpot's headers tell hold for everybody.
 *
 * ```ts
 * import {PGlite} from '@electric-sql/pglite';
 * import {paginate} from 'hubspot-threads';
 * import {createPostgresThrottle} from 'hubspot-threads/shared';
 *
 * const db = new PGlite();
 * const throttle = createPostgresThrottle((sql, values) => db.query(sql, values).then(({rows}) => rows), {
 *   key: 'account 481939',
 * });
 * for await (const thread of paginate({accessToken: process.env.HUBSPOT_ACCESS_TOKEN!, throttle, maxItems: 3})) {
 *   console.log(thread.id);
 * }
 * ```
 *
 * | client | `query` |
 * |---|---|
 * | pg | `(sql, values) => pool.query(sql, values).then(({rows}) => rows)` |
 * | postgres | `(text, values) => sql.unsafe(text, values)` |
 * | PGlite | `(sql, values) => db.query(sql, values).then(({rows}) => rows)` |
 * | Drizzle | `(sql, values) => db.$client.query(sql, values).then(({rows}) => rows)` |
 * | Kysely | `(sql, values) => db.executeQuery(CompiledQuery.raw(sql, values)).then(({rows}) => rows)` |
 *
 * While the server is away no request is sent: `acquire()` rejects with an error that says so. The first slot of a new
 * key, or after the table was emptied, comes a second later.
 *
 * @throws {TypeError} if `query` is not a function, if `key` is not a non-empty string or a number, if `limit` or
 *   `interval` is not a whole number of at least 1, or for an option that does not exist.
 */
export function createPostgresThrottle(query: PostgresQuery, options: SharedThrottleOptions): Throttle {
	const shared = parseSharedOptions('query', query, options);
	return createStoreThrottle(createPostgresStore(query, shared.key), shared);
}

function createPostgresStore(query: PostgresQuery, key: string): Store {
	async function run({rate, replaces, pause, takes}: Question): Promise<Answer> {
		const rows: unknown = await query(statement, [key, rate.limit, rate.interval, replaces, pause, takes]);
		const [row] = Array.isArray(rows) ? rows : [];
		const {granted, wait, requests, milliseconds} = row ?? {};
		return parseAnswer(
			[granted, wait, requests, milliseconds],
			'`query` must give the rows of the result as an array of objects, such as `result.rows`',
		);
	}

	return {
		name: 'PostgreSQL',
		async ask(question) {
			try {
				return await run(question);
			} catch (error) {
				if (!isTableMissing(error)) {
					throw error;
				}
			}

			// Several processes may create it at once, and all but one of them fail: what counts is that it is there.
			const creation = await Promise.resolve(query(postgresThrottleTable, [])).then(
				() => undefined,
				(error: unknown) => error,
			);
			return run(question).catch((error: unknown) => {
				throw isTableMissing(error)
					? new StoreError(
							'PostgreSQL',
							`has no table for it; run this:\n${postgresThrottleTable}\nIt could not be created`,
							creation,
						)
					: error;
			});
		},
	};
}

/** Drizzle wraps the error that has the code. */
function isTableMissing(error: unknown, depth = 0): boolean {
	if (typeof error !== 'object' || error === null || depth > 5) {
		return false;
	}

	const {code, cause} = error as {code?: unknown; cause?: unknown};
	return code === '42P01' || isTableMissing(cause, depth + 1);
}
