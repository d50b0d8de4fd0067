import {createThrottle, paginate} from 'hubspot-threads';
import type {Contender} from './contender.ts';

export const connect: Contender = ({baseUrl, accessToken, pageSize, rate}) => {
	const throttle = createThrottle(rate);

	return async take => {
		for await (const thread of paginate({accessToken, baseUrl, pageSize, throttle})) {
			const work = take(thread);
			if (work) {
				await work;
			}
		}
	};
};
