import {createThrottle, paginate} from 'hubspot-threads';
import type {Contender} from './contender.ts';

/** Knows of no other process: what it learns is in HubSpot's headers. */
export const connect: Contender = ({baseUrl, accessToken, pageSize}) => {
	const throttle = createThrottle();

	return async take => {
		for await (const thread of paginate({accessToken, baseUrl, pageSize, throttle})) {
			await take(thread);
		}
	};
};
