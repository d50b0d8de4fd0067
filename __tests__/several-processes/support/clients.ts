import type {Throttle} from '../../../lib/index.ts';
import type {SharedThrottleOptions} from '../../../lib/shared/index.ts';
import {createPostgresThrottle, createRedisThrottle} from '../../../lib/shared/index.ts';

export type StoreName = 'postgres' | 'redis';

export const serverUrls: Readonly<Record<StoreName, string>> = {
	postgres: process.env.DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/test',
	redis: process.env.REDIS_URL ?? 'redis://127.0.0.1:6379',
};

/** A client of each store, as an app has one, and a throttle over it. */
export const connect: Readonly<
	Record<
		StoreName,
		(url: string) => Promise<{
			createThrottle(options: SharedThrottleOptions): Throttle;
			/** The key is lost: deleted, evicted, or the server forgot everything in a crash. */
			lose(key: string): Promise<void>;
			close(): Promise<void>;
		}>
	>
> = {
	async postgres(url) {
		const {default: pg} = await import('pg');
		const pool = new pg.Pool({connectionString: url, max: 2, connectionTimeoutMillis: 2000});
		// Without a listener, an idle connection that breaks ends the process.
		pool.on('error', () => {});
		return {
			createThrottle: options =>
				createPostgresThrottle((sql, values) => pool.query(sql, values).then(({rows}) => rows), options),
			async lose(key) {
				await pool.query('DELETE FROM hubspot_threads_throttle WHERE key = $1', [key]);
			},
			close: () => pool.end(),
		};
	},
	async redis(url) {
		const {createClient} = await import('redis');
		const client = createClient({url, socket: {reconnectStrategy: 100}});
		client.on('error', () => {});
		await client.connect();
		return {
			createThrottle: options =>
				createRedisThrottle((script, keys, args) => client.eval(script, {keys, arguments: args}), options),
			async lose(key) {
				await client.del(`hubspot-threads:throttle:${key}`);
			},
			close: async () => client.destroy(),
		};
	},
};
