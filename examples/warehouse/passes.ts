import {reconcile} from 'hubspot-threads';
import {count} from '../progress.ts';
import {saveCheckpoint} from './checkpoint.ts';
import type {Database} from './database.ts';
import type {Job} from './job.ts';
import {type Stored, storeBatch} from './store.ts';
import {add, nothing} from './tally.ts';

/** A list of HubSpot's that is compared with what is held under the same filter. */
export interface Pass {
	readonly filter: {readonly threadStatus?: 'OPEN'; readonly archived?: boolean};
	/** The same filter, in SQL. */
	readonly held: string;
}

/** What each finds, and how often: see `reconcile()`. */
export const passes = {
	open: {filter: {threadStatus: 'OPEN'}, held: "status = 'OPEN' AND archived IS DISTINCT FROM true"},
	archived: {filter: {archived: true}, held: 'archived'},
	all: {filter: {}, held: 'archived IS DISTINCT FROM true'},
} as const satisfies Record<string, Pass>;

export type PassName = keyof typeof passes;

/** What has changed without a message. The table is the state: a pass that was killed is begun again. */
export async function runPass({database, account, connection, say}: Job, name: PassName): Promise<Stored> {
	const {filter, held}: Pass = passes[name];
	let stored = nothing;
	let threads = 0;
	const known = heldIds(database, account, held);
	for await (const batch of reconcile({...connection, ...filter, known})) {
		stored = add(stored, await storeBatch(database, account, batch));
		threads += batch.threads.length + batch.gone.length;
		say(`${count(threads)} threads compared`);
	}

	await saveCheckpoint(database, account, `reconcile ${name}`, {endedAt: new Date().toISOString()});
	return stored;
}

const idsAtOnce = 10_000;

async function* heldIds(database: Database, account: string, held: string): AsyncGenerator<string, void> {
	let last = '';
	for (;;) {
		const {rows} = await database.query<{id: string}>(
			`SELECT id FROM thread WHERE account = $1 AND gone_at IS NULL AND ${held} AND id > $2
			ORDER BY id LIMIT ${idsAtOnce}`,
			[account, last],
		);
		yield* rows.map(({id}) => id);
		last = rows.at(-1)?.id ?? '';
		if (rows.length < idsAtOnce) {
			return;
		}
	}
}
