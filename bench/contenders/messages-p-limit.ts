import type {Message, Thread} from 'hubspot-threads';
import pLimit from 'p-limit';
import {type Contender, path} from './contender.ts';
import {createGet, type Get, pagesOf} from './raw-lists.ts';

/** Four answers of 0.25 s at a time are 160 requests in 10 s; five would be 200, above the limit of 190. */
const concurrency = 4;

/** So many requests at a time, whatever they ask for: the list of threads is under the same limit. */
export const connect: Contender = account => async (take, takeMessages) => {
	const limit = pLimit(concurrency);
	const getAtOnce = createGet(account);
	const get: Get = pathAndQuery => limit(() => getAtOnce(pathAndQuery));

	async function read(thread: Thread) {
		for await (const messages of pagesOf<Message>(get, `${path}/${thread.id}/messages`, account.pageSize)) {
			takeMessages(messages);
		}

		await take(thread);
	}

	const reads: Array<Promise<void>> = [];
	for await (const threads of pagesOf<Thread>(get, path, account.pageSize)) {
		reads.push(...threads.map(read));
	}

	await Promise.all(reads);
};
