import type {Database} from './database.ts';
import {upsert} from './upsert.ts';

/** How far a job of an account has come; plain JSON. */
export async function loadCheckpoint<T>(
	database: Database,
	account: string,
	job: string,
): Promise<T | undefined> {
	const {rows} = await database.query<{checkpoint: string}>(
		'SELECT checkpoint::text AS checkpoint FROM checkpoint WHERE account = $1 AND job = $2',
		[account, job],
	);
	return rows[0] && JSON.parse(rows[0].checkpoint);
}

export async function saveCheckpoint(database: Database, account: string, job: string, checkpoint: unknown) {
	const row = {job, checkpoint: JSON.stringify(checkpoint), saved_at: new Date().toISOString()};
	await upsert(database, 'checkpoint', account, [row]);
}

/**
 * A copy of another account is most often the wrong token.
 *
 * @param isNamed whether somebody said which account it is: then a database may hold several.
 * @throws {Error} that names both.
 */
export async function refuseOtherAccount(
	database: Database,
	account: string,
	isNamed: boolean,
): Promise<void> {
	const {rows} = await database.query<{account: string}>(
		`SELECT account FROM checkpoint WHERE account <> $1
			AND NOT EXISTS (SELECT 1 FROM checkpoint AS mine WHERE mine.account = $1) LIMIT 1`,
		[account],
	);
	if (rows[0] && !isNamed) {
		throw new Error(
			`${database.name} is a copy of account ${rows[0].account}, and the access token belongs to ${account}: take ` +
				`another token or database, or add the account to it with --account ${account}`,
		);
	}
}
