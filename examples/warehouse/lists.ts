import {
	type Actor,
	paginateChannelAccounts,
	paginateChannels,
	paginateInboxes,
	readActors,
} from 'hubspot-threads';
import {loadCheckpoint, saveCheckpoint} from './checkpoint.ts';
import {type Database, transaction} from './database.ts';
import type {Job} from './job.ts';
import {actorRow, channelAccountRow, channelRow, inboxRow} from './rows.ts';
import type {RowOf} from './tables.ts';
import {upsert} from './upsert.ts';

/** Once a day; an hour less, so that a job of every night does not skip one for having begun a second early. */
const interval = 23 * 3_600_000;
const job = 'lists';

/** Names for what threads and messages have the ids of. `undefined` if that was done today. */
export async function readLists(work: Job) {
	const {database, account} = work;
	const last = await loadCheckpoint<{endedAt: string}>(database, account, job);
	if (last && Date.now() - Date.parse(last.endedAt) < interval) {
		return undefined;
	}

	const counts = {...(await readSmallLists(work)), actors: await readNames(work)};
	await saveCheckpoint(database, account, job, {endedAt: new Date().toISOString()});
	return counts;
}

async function readSmallLists({database, account, connection, say}: Job) {
	say('inboxes, channels and channel accounts');
	const inboxes: Array<RowOf<'inbox'>> = [];
	const accounts: Array<RowOf<'channel_account'>> = [];
	for (const archived of [false, true]) {
		inboxes.push(...(await Array.fromAsync(paginateInboxes({...connection, archived}), inboxRow)));
		accounts.push(
			...(await Array.fromAsync(paginateChannelAccounts({...connection, archived}), channelAccountRow)),
		);
	}

	const channels = await Array.fromAsync(paginateChannels(connection), channelRow);
	await transaction(database, async () => {
		await storeList(database, 'inbox', account, inboxes);
		await storeList(database, 'channel', account, channels);
		await storeList(database, 'channel_account', account, accounts);
	});
	return {inboxes: inboxes.length, channels: channels.length, channelAccounts: accounts.length};
}

/** A whole list: what is not in it any more is gone. */
async function storeList<Name extends 'inbox' | 'channel' | 'channel_account'>(
	database: Database,
	name: Name,
	account: string,
	rows: ReadonlyArray<RowOf<Name> & {readonly id: unknown}>,
) {
	await upsert(database, name, account, rows, {added: {observed_at: 'now()', gone_at: 'NULL::timestamptz'}});
	await database.query(
		`UPDATE ${name} SET gone_at = now() WHERE account = $2 AND gone_at IS NULL
			AND id NOT IN (SELECT id FROM ${database.rowsFrom({id: 'text'}, 'given')})`,
		[JSON.stringify(rows.map(({id}) => ({id}))), account],
	);
}

const actorsAtOnce = 1000;

/** Agents, bots and apps change their names; visitors and addresses are read once. */
async function readNames({database, account, connection, say}: Job): Promise<number> {
	const {rows} = await database.query<{id: string}>(
		`SELECT DISTINCT named.id FROM (
			SELECT created_by AS id FROM message WHERE account = $1
			UNION SELECT actor_id FROM message_sender WHERE account = $1
			UNION SELECT actor_id FROM message_recipient WHERE account = $1
			UNION SELECT assigned_to FROM message WHERE account = $1
			UNION SELECT assigned_to FROM thread WHERE account = $1
		) AS named
		LEFT JOIN actor ON actor.account = $1 AND actor.id = named.id
		WHERE named.id IS NOT NULL AND (
			actor.id IS NULL OR named.id LIKE 'A-%' OR named.id LIKE 'B-%' OR named.id LIKE 'I-%' OR named.id LIKE 'L-%'
		)
		ORDER BY named.id`,
		[account],
	);
	const ids = rows.map(({id}) => id).filter(id => /^\S+$/.test(id));
	for (let start = 0; start < ids.length; start += actorsAtOnce) {
		const some = ids.slice(start, start + actorsAtOnce);
		const known = new Map<string, Actor>();
		for await (const actor of readActors({...connection, actorIds: some})) {
			known.set(actor.id, actor);
		}

		const actors = some.map(id => actorRow(id, known.get(id)));
		await upsert(database, 'actor', account, actors, {
			added: {observed_at: 'now()'},
			// Who is not known any more keeps the name.
			where: 'excluded.raw IS NOT NULL OR stored.raw IS NULL',
		});
		say(`the names of ${start + some.length} actors`);
	}

	return ids.length;
}
