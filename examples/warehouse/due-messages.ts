import {count} from '../progress.ts';
import {readMessages} from '../read-messages.ts';
import type {Job} from './job.ts';
import {nextDue, storeDue} from './store.ts';

/** So many threads are read side by side; who is killed reads as many again. */
const atOnce = 100;

/**
 * Reads the messages of the threads that are on the list of work: what closes, assigns or moves a thread is a message
 * too, and the only one that tells when it happened. What gets onto the list meanwhile is left to the next run.
 */
export async function readDueMessages({database, account, connection, say}: Job) {
	const {rows} = await database.query<{until: string}>('SELECT now()::text AS until');
	const until = (rows[0] as {until: string}).until;
	let threads = 0;
	let messages = 0;
	for (;;) {
		const due = await nextDue(database, account, until, atOnce);
		if (due.length === 0) {
			return {threads, messages};
		}

		const read = await readMessages(
			connection,
			due.map(({id}) => id),
		);
		messages += await storeDue(database, account, due, read.flat());
		threads += due.length;
		say(`the messages of ${count(threads)} threads read`);
	}
}
