import {sync} from 'hubspot-threads';
import {count} from '../progress.ts';
import type {Job} from './job.ts';
import {loadSync, type Stored, storeBatch} from './store.ts';
import {add, nothing} from './tally.ts';

/** Threads that got a message since the last run, with their messages; everything in a first run. */
export async function syncThreads({database, account, connection, say}: Job): Promise<Stored> {
	const checkpoint = await loadSync(database, account);
	let stored = nothing;
	for await (const batch of sync({...connection, checkpoint, messages: true})) {
		stored = add(stored, await storeBatch(database, account, batch));
		const {newThreads, changedThreads, messages} = stored;
		say(
			`${Math.floor(batch.progress * 100)} %, ${count(newThreads + changedThreads)} threads, ${count(messages)} messages`,
		);
	}

	return stored;
}
