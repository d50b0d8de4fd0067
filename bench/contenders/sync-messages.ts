import {createThrottle, sync} from 'hubspot-threads';
import type {Contender} from './contender.ts';

/** A first load of threads with the messages of each. */
export const connect: Contender = ({baseUrl, accessToken, pageSize, rate}) => {
	const throttle = createThrottle(rate);

	return async (take, takeMessages) => {
		const batches = sync({accessToken, baseUrl, pageSize, throttle, messages: true});
		for await (const {threads, messages} of batches) {
			takeMessages(messages);
			for (const thread of threads) {
				await take(thread);
			}
		}
	};
};
