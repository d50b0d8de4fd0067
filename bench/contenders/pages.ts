import {createThrottle, pages} from 'hubspot-threads';
import type {Contender} from './contender.ts';

export const connect: Contender = ({baseUrl, accessToken, pageSize, rate}) => {
	const throttle = createThrottle(rate);

	return async take => {
		for await (const {threads} of pages({accessToken, baseUrl, pageSize, throttle})) {
			for (const thread of threads) {
				const work = take(thread);
				if (work) {
					await work;
				}
			}
		}
	};
};
