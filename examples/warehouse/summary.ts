import {count} from '../progress.ts';
import type {Database} from './database.ts';
import type {PassName} from './passes.ts';

interface Counts {
	readonly open: number;
	readonly closed: number;
	readonly other: number;
	readonly archived: number;
	readonly gone: number;
	readonly total: number;
	readonly messageless: number;
	readonly messages: number;
	readonly due: number;
}

/** What a database holds of an account, each thread in one line of it. */
export async function summarize(database: Database, account: string): Promise<readonly string[]> {
	const {rows} = await database.query<Counts>(
		`SELECT
			count(*) FILTER (WHERE gone_at IS NULL AND NOT is_archived AND status = 'OPEN')::integer AS open,
			count(*) FILTER (WHERE gone_at IS NULL AND NOT is_archived AND status = 'CLOSED')::integer AS closed,
			count(*) FILTER (
				WHERE gone_at IS NULL AND NOT is_archived AND coalesce(status, '') NOT IN ('OPEN', 'CLOSED')
			)::integer AS other,
			count(*) FILTER (WHERE gone_at IS NULL AND is_archived)::integer AS archived,
			count(*) FILTER (WHERE gone_at IS NOT NULL)::integer AS gone,
			count(*)::integer AS total,
			count(*) FILTER (WHERE gone_at IS NULL AND latest_message_at IS NULL)::integer AS messageless,
			count(messages_due_at)::integer AS due,
			(SELECT count(*) FROM message WHERE account = $1)::integer AS messages
		FROM (SELECT *, coalesce(archived, false) AS is_archived FROM thread WHERE account = $1) AS threads`,
		[account],
	);
	const {open, closed, other, archived, gone, total, messageless, messages, due} = rows[0] as Counts;
	const parts = [
		`${count(open)} open`,
		`${count(closed)} closed`,
		...(other > 0 ? [`${count(other)} of another status`] : []),
		`${count(archived)} archived`,
		`${count(gone)} gone from HubSpot`,
	];
	return [
		`${count(total)} threads: ${parts.join(' + ')}`,
		`${count(messages)} messages${due > 0 ? `; those of ${count(due)} threads are to be read again` : ''}`,
		...(messageless > 0
			? [
					`${count(messageless)} of the threads have no message: they are in no list by time, and came by comparing`,
				]
			: []),
		...(await ages(database, account)),
	];
}

/** What is not compared is not known: a list by time shows neither threads without a message nor archived ones. */
async function ages(database: Database, account: string): Promise<readonly string[]> {
	const {rows} = await database.query<{job: string; saved: string}>(
		"SELECT job, saved_at::text AS saved FROM checkpoint WHERE account = $1 AND job LIKE 'reconcile %'",
		[account],
	);
	const at = new Map(rows.map(({job, saved}) => [job, saved]));
	const age = (pass: PassName) => at.get(`reconcile ${pass}`)?.slice(0, 16) ?? 'never';
	const isPart = !at.has('reconcile all') || !at.has('reconcile archived');
	return [
		`Compared with HubSpot: open threads ${age('open')}, archived ones ${age('archived')}, all ${age('all')}`,
		...(isPart
			? [
					'What no list by time has (closed threads without a message, archived ones) comes with --reconcile all',
				]
			: []),
	];
}
