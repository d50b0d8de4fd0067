/** Checked by `tsc` alone, with Bun's own types instead of Node's, and never run. */
import {RedisClient, SQL} from 'bun';
import {createPostgresThrottle, createRedisThrottle} from '../../lib/shared/index.ts';

const client = new RedisClient();
createRedisThrottle(
	(script, keys, args) => client.send('EVAL', [script, String(keys.length), ...keys, ...args]),
	{key: 1},
);

const sql = new SQL();
createPostgresThrottle((text, values) => sql.unsafe(text, values), {key: 1});
