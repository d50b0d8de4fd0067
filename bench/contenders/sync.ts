import {createThrottle, sync} from 'hubspot-threads';
import type {Contender} from './contender.ts';

/** A first load: ranges of the list by time, side by side. */
export const connect: Contender = ({baseUrl, accessToken, pageSize, rate}) => {
	const throttle = createThrottle(rate);

	return async take => {
		for await (const {threads} of sync({accessToken, baseUrl, pageSize, throttle})) {
			for (const thread of threads) {
				const work = take(thread);
				if (work) {
					await work;
				}
			}
		}
	};
};
