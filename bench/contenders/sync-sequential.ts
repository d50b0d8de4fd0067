import {createThrottle, sync} from 'hubspot-threads';
import type {Contender} from './contender.ts';

/** The same list read one range after the other, for comparison. */
export const connect: Contender = ({baseUrl, accessToken, pageSize, rate}) => {
	const throttle = createThrottle(rate);

	return async take => {
		for await (const {threads} of sync({accessToken, baseUrl, pageSize, throttle, concurrency: 1})) {
			for (const thread of threads) {
				const work = take(thread);
				if (work) {
					await work;
				}
			}
		}
	};
};
