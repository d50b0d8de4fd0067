import {readFileSync} from 'node:fs';
import {PGlite} from '@electric-sql/pglite';
import {afterAll, describe, expect, jest, test} from '@jest/globals';
import {drizzle} from 'drizzle-orm/node-postgres';
import {drizzle as drizzleOnPglite} from 'drizzle-orm/pglite';
import {Redis} from 'ioredis';
import {CompiledQuery, Kysely, PostgresDialect} from 'kysely';
import pg from 'pg';
import postgres from 'postgres';
import {createClient} from 'redis';
import type {Throttle} from '../../lib/index.ts';
import {
	createPostgresThrottle,
	createRedisThrottle,
	type PostgresQuery,
	type RedisEvaluate,
} from '../../lib/shared/index.ts';
import {serverUrls} from './support/clients.ts';

jest.setTimeout(60_000);

const docs = readFileSync('lib/shared/postgres.ts', 'utf8') + readFileSync('lib/shared/redis.ts', 'utf8');
const ends: Array<() => unknown> = [];
afterAll(() => Promise.all(ends.map(end => end())));

let number = 0;
const options = () => ({key: `client ${process.pid} ${Date.now()} ${number++}`, limit: 50, interval: 1000});

/** Each slot 21 ms after the one before, a pause, and what an aborted one leaves. */
async function expectThrottle(throttle: Throttle) {
	const start = performance.now();
	for (let slot = 0; slot < 5; slot++) {
		await throttle.acquire();
	}

	expect(performance.now() - start).toBeGreaterThanOrEqual(1000 + 5 * 21 - 25);
	await throttle.pause(300);
	const paused = performance.now();
	await throttle.acquire();
	expect(performance.now() - paused).toBeGreaterThanOrEqual(275);
	await expect(throttle.acquire({signal: AbortSignal.abort('no')})).rejects.toBe('no');
}

const openPostgres: Readonly<Record<string, () => PostgresQuery | Promise<PostgresQuery>>> = {
	pg() {
		const pool = new pg.Pool({connectionString: serverUrls.postgres});
		ends.push(() => pool.end());
		return (sql, values) => pool.query(sql, values).then(({rows}) => rows);
	},
	postgres() {
		const sql = postgres(serverUrls.postgres, {onnotice() {}});
		ends.push(() => sql.end());
		return (text, values) => sql.unsafe(text, values);
	},
	'postgres, with names in camel case'() {
		const sql = postgres(serverUrls.postgres, {onnotice() {}, transform: postgres.camel});
		ends.push(() => sql.end());
		return (text, values) => sql.unsafe(text, values);
	},
	async PGlite() {
		const db = await PGlite.create();
		ends.push(() => db.close());
		return (sql, values) => db.query(sql, values).then(({rows}) => rows);
	},
	Drizzle() {
		const db = drizzle(serverUrls.postgres);
		ends.push(() => db.$client.end());
		return (sql, values) => db.$client.query(sql, values).then(({rows}) => rows);
	},
	async 'Drizzle on PGlite'() {
		const db = drizzleOnPglite();
		await db.$client.waitReady;
		ends.push(() => db.$client.close());
		return (sql, values) => db.$client.query(sql, values).then(({rows}) => rows);
	},
	Kysely() {
		const pool = new pg.Pool({connectionString: serverUrls.postgres});
		const db = new Kysely<unknown>({dialect: new PostgresDialect({pool})});
		ends.push(() => db.destroy());
		return (sql, values) => db.executeQuery(CompiledQuery.raw(sql, values)).then(({rows}) => rows);
	},
};

const openRedis: Readonly<Record<string, () => Promise<RedisEvaluate>>> = {
	async redis() {
		const client = createClient({url: serverUrls.redis});
		await client.connect();
		ends.push(() => client.destroy());
		return (script, keys, args) => client.eval(script, {keys, arguments: args});
	},
	async ioredis() {
		const client = new Redis(serverUrls.redis);
		ends.push(() => client.disconnect());
		return (script, keys, args) => client.eval(script, keys.length, ...keys, ...args);
	},
};

describe('over PostgreSQL', () => {
	test.each(Object.entries(openPostgres))('%s', async (_, open) => {
		const query = await open();
		expect(docs).toContain(`\`${query}\``);
		await expectThrottle(createPostgresThrottle(query, options()));
	});
});

describe('over Redis', () => {
	test.each(Object.entries(openRedis))('%s', async (_, open) => {
		const evaluate = await open();
		expect(docs).toContain(`\`${evaluate}\``);
		await expectThrottle(createRedisThrottle(evaluate, options()));
	});

	test('a key without requests goes after a day', async () => {
		const client = createClient({url: serverUrls.redis});
		await client.connect();
		ends.push(() => client.destroy());
		const {key, ...rate} = options();
		const throttle = createRedisThrottle(
			(script, keys, args) => client.eval(script, {keys, arguments: args}),
			{key, ...rate},
		);
		await throttle.acquire();
		const left = await client.pTTL(`hubspot-threads:throttle:${key}`);
		expect(left).toBeGreaterThan(86_300_000);
		expect(left).toBeLessThanOrEqual(86_401_100);
	});
});

describe('a table that this user may not create', () => {
	test('is an error with what to run; once it is there, all goes on', async () => {
		const name = `shared_${process.pid}`;
		const admin = new pg.Pool({connectionString: serverUrls.postgres, max: 1});
		ends.push(() => admin.end());
		await admin.query(
			`CREATE SCHEMA ${name}; CREATE ROLE ${name} LOGIN; GRANT USAGE ON SCHEMA ${name} TO ${name}`,
		);
		const url = new URL(serverUrls.postgres);
		url.username = name;
		const pool = new pg.Pool({connectionString: url.href, options: `-c search_path=${name}`});
		try {
			const throttle = createPostgresThrottle(
				(sql, values) => pool.query(sql, values).then(({rows}) => rows),
				options(),
			);
			const {postgresThrottleTable} = await import('../../lib/shared/index.ts');
			await expect(throttle.acquire()).rejects.toThrow(
				`the throttle's PostgreSQL has no table for it; run this:\n${postgresThrottleTable}\nIt could not be created: permission denied for schema ${name}`,
			);
			await admin.query(`SET search_path = ${name}; ${postgresThrottleTable}`);
			await admin.query(`GRANT SELECT, INSERT, UPDATE ON ${name}.hubspot_threads_throttle TO ${name}`);
			await expectThrottle(throttle);
		} finally {
			await pool.end();
			await admin.query(`DROP SCHEMA ${name} CASCADE; DROP ROLE ${name}`);
		}
	});

	test('is made once when many ask for it at a time', async () => {
		const name = `many_${process.pid}`;
		const admin = new pg.Pool({connectionString: serverUrls.postgres, max: 1});
		ends.push(() => admin.end());
		await admin.query(`CREATE SCHEMA ${name}`);
		const pool = new pg.Pool({
			connectionString: serverUrls.postgres,
			options: `-c search_path=${name}`,
			max: 20,
		});
		try {
			const throttles = Array.from({length: 20}, () =>
				createPostgresThrottle((sql, values) => pool.query(sql, values).then(({rows}) => rows), {
					...options(),
					limit: 1000,
				}),
			);
			await Promise.all(throttles.map(throttle => throttle.acquire()));
			await pool.query('DROP TABLE hubspot_threads_throttle');
			await Promise.all(throttles.map(throttle => throttle.acquire()));
		} finally {
			await pool.end();
			await admin.query(`DROP SCHEMA ${name} CASCADE`);
		}
	});
});
