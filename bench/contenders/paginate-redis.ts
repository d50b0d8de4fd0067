import {env} from 'node:process';
import {paginate} from 'hubspot-threads';
import {createRedisThrottle} from 'hubspot-threads/shared';
import {createClient} from 'redis';
import type {Contender} from './contender.ts';

const url = env.REDIS_URL ?? 'redis://127.0.0.1:6379';

/** With all processes of the app, over the Redis of REDIS_URL. */
export const connect: Contender = ({baseUrl, accessToken, pageSize, rate}) => {
	const client = createClient({url});
	const connected = client.connect();
	const throttle = createRedisThrottle((script, keys, args) => client.eval(script, {keys, arguments: args}), {
		key: 'bench',
		...rate,
	});

	return async take => {
		await connected;
		for await (const thread of paginate({accessToken, baseUrl, pageSize, throttle})) {
			await take(thread);
		}
	};
};
