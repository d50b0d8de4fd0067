import type {Message, Thread} from 'hubspot-threads';
import {type Contender, path} from './contender.ts';
import {createGet, pagesOf} from './raw-lists.ts';

/** The loop that people write: thread after thread, all pages of its messages. */
export const connect: Contender = account => async (take, takeMessages) => {
	const get = createGet(account);
	for await (const threads of pagesOf<Thread>(get, path, account.pageSize)) {
		for (const thread of threads) {
			for await (const messages of pagesOf<Message>(get, `${path}/${thread.id}/messages`, account.pageSize)) {
				takeMessages(messages);
			}

			await take(thread);
		}
	}
};
