import {type Database, transaction} from '../../warehouse/database.ts';

export interface Speed {
	readonly name: string;
	readonly answered: number;
	readonly firstResponseMedian: number | null;
	readonly firstResponse90: number | null;
	readonly closed: number;
	readonly closeMedian: number | null;
	readonly close90: number | null;
}

export interface Total extends Omit<Speed, 'name' | 'answered' | 'closed'> {
	readonly requests: number;
	readonly begunByUs: number;
	readonly neverAsked: number;
	readonly answeredByPeople: number;
	readonly answeredByAiOnly: number;
	readonly answeredByIntegrationOnly: number;
	readonly unanswered: number;
	readonly openNow: number;
}

/** All that is in a report, as it was at one moment. */
export interface Report {
	readonly account: string;
	readonly at: Date;
	readonly total: Total;
	readonly threads: ReadonlyArray<{readonly week: Date; readonly threads: number}>;
	readonly messages: ReadonlyArray<{readonly week: Date; readonly author: string; readonly messages: number}>;
	readonly inboxes: readonly Speed[];
	readonly agents: readonly Speed[];
	readonly open: ReadonlyArray<{readonly age: string; readonly threads: number}>;
}

const speed = `
	first_response_median::float8 AS "firstResponseMedian",
	first_response_90::float8 AS "firstResponse90",
	close_median::float8 AS "closeMedian",
	close_90::float8 AS "close90"`;

/** By the name of the field; `$1` is the account. */
const queries = {
	total: `
		SELECT
			requests::integer, open_now::integer AS "openNow", begun_by_us::integer AS "begunByUs",
			never_asked::integer AS "neverAsked", answered_by_people::integer AS "answeredByPeople",
			answered_by_ai_only::integer AS "answeredByAiOnly",
			answered_by_integration_only::integer AS "answeredByIntegrationOnly", unanswered::integer, ${speed}
		FROM report_total WHERE account = $1`,
	threads: `
		SELECT week::text, sum(threads)::integer AS threads FROM report_threads_by_week
		WHERE account = $1 GROUP BY week ORDER BY week`,
	messages: `
		SELECT week::text, author, messages::integer FROM report_messages_by_week
		WHERE account = $1 ORDER BY week, author`,
	inboxes: `
		SELECT inbox AS name, answered::integer, closed::integer, ${speed} FROM report_by_inbox
		WHERE account = $1 ORDER BY requests DESC, inbox`,
	agents: `
		SELECT agent AS name, answered::integer, closed::integer, ${speed} FROM report_by_agent
		WHERE account = $1 ORDER BY answered + closed DESC, agent`,
	open: `
		SELECT age, sum(threads)::integer AS threads FROM report_open_by_age
		WHERE account = $1 GROUP BY age_rank, age ORDER BY age_rank`,
};

/**
 * @param named the account, where there are several.
 * @throws {Error} that says what is missing.
 */
export const readReport = (database: Database, named: string | undefined): Promise<Report> =>
	transaction(database, async () => {
		// All numbers are of one moment, also while a copy goes on.
		await database.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
		const account = await chooseAccount(database, named);
		const read = async <Row>(sql: string) => (await database.query<Row>(sql, [account])).rows;
		const [moment] = await read<{at: string}>("SELECT to_json(now()) #>> '{}' AS at WHERE $1 <> ''");
		const [total] = await read<Total>(queries.total);
		if (!moment || !total) {
			throw new Error(`There are no threads of account ${account} yet`);
		}

		return {
			account,
			at: new Date(moment.at),
			total,
			threads: (await read<{week: string; threads: number}>(queries.threads)).map(withDate),
			messages: (await read<{week: string; author: string; messages: number}>(queries.messages)).map(
				withDate,
			),
			inboxes: await read(queries.inboxes),
			agents: await read(queries.agents),
			open: await read(queries.open),
		};
	});

const withDate = <Row extends {readonly week: string}>(row: Row) => ({
	...row,
	week: new Date(`${row.week}T00:00:00Z`),
});

async function chooseAccount(database: Database, named: string | undefined): Promise<string> {
	const {rows} = await database.query<{account: string}>(
		'SELECT DISTINCT account FROM checkpoint ORDER BY account',
	);
	const accounts = rows.map(({account}) => account);
	const [first, second] = accounts;
	if (named !== undefined) {
		return accounts.includes(named) ? named : fail(`${database.name} has no account ${named}`);
	}

	return second === undefined
		? (first ?? fail(`${database.name} has no copy of an account yet: npm run postgres`))
		: fail(`${database.name} has the accounts ${accounts.join(', ')}: choose one with --account`);
}

function fail(message: string): never {
	throw new Error(message);
}
