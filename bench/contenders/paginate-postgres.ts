import {env} from 'node:process';
import {paginate} from 'hubspot-threads';
import {createPostgresThrottle} from 'hubspot-threads/shared';
import {Pool} from 'pg';
import type {Contender} from './contender.ts';

const connectionString = env.DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/test';

/** With all processes of the app, over the PostgreSQL of DATABASE_URL. */
export const connect: Contender = ({baseUrl, accessToken, pageSize, rate}) => {
	const pool = new Pool({connectionString, max: 2});
	const throttle = createPostgresThrottle((sql, values) => pool.query(sql, values).then(({rows}) => rows), {
		key: 'bench',
		...rate,
	});

	return async take => {
		for await (const thread of paginate({accessToken, baseUrl, pageSize, throttle})) {
			await take(thread);
		}
	};
};
