import {PGlite} from '@electric-sql/pglite';
import {afterAll, beforeEach, expect, jest, test} from '@jest/globals';
import {createPostgresThrottle, postgresThrottleTable} from '../lib/shared/index.ts';

// To start a database takes its time where everything runs at once.
jest.setTimeout(60_000);

// The statement itself, without a server; the clock is the database's, so each comparison is one of two times of it.
const db = await PGlite.create();
afterAll(async () => {
	if (!db.closed) {
		await db.close();
	}
});
beforeEach(() => db.exec('DROP TABLE IF EXISTS hubspot_threads_throttle'));

const throttleOf = (options: {limit?: number; interval?: number} = {}) =>
	createPostgresThrottle((sql, values) => db.query(sql, values).then(({rows}) => rows), {key: 7, ...options});

interface Row {
	readonly key: string;
	/** Milliseconds since 1970. */
	readonly slot: number;
	readonly requests: number;
	readonly milliseconds: number;
}

async function row(): Promise<Row> {
	const {rows} = await db.query<Row>(
		'SELECT key, extract(epoch FROM slot)::float8 * 1000 AS slot, requests, milliseconds FROM hubspot_threads_throttle',
	);
	expect(rows).toHaveLength(1);
	return rows[0] as Row;
}

test('the table is made if it is not there, once, without a log and with room for the next version of a row', async () => {
	await throttleOf({limit: 100, interval: 1000}).acquire();
	expect(await row()).toMatchObject({key: '7', requests: 100, milliseconds: 1000});
	const {rows} = await db.query(
		`SELECT relpersistence, reloptions FROM pg_class WHERE relname = 'hubspot_threads_throttle'`,
	);
	expect(rows).toEqual([{relpersistence: 'u', reloptions: ['fillfactor=50']}]);
	await db.exec(postgresThrottleTable);
});

test('each slot is exactly the gap after the one before, while somebody waits', async () => {
	const throttle = throttleOf({limit: 21, interval: 1000});
	await throttle.acquire();
	let {slot: last} = await row();
	for (let index = 0; index < 5; index++) {
		await throttle.acquire();
		const {slot} = await row();
		expect(slot - last).toBeGreaterThanOrEqual(49.999);
		last = slot;
	}
});

test('several throttles of one key in one process share its limit', async () => {
	const throttles = [1, 2, 3].map(() => throttleOf({limit: 21, interval: 1000}));
	const times: number[] = [];
	const walk = async (throttle: ReturnType<typeof throttleOf>) => {
		for (let index = 0; index < 8; index++) {
			await throttle.acquire();
			times.push(performance.now());
		}
	};
	await Promise.all(throttles.map(walk));
	for (let index = 21; index < times.length; index++) {
		expect((times[index] as number) - (times[index - 21] as number)).toBeGreaterThanOrEqual(1000);
	}
});

test('a pause moves the slot for everybody, and never back', async () => {
	const throttle = throttleOf();
	await throttle.acquire();
	const {slot} = await row();
	await throttle.pause(5000);
	const paused = (await row()).slot;
	expect(paused - slot).toBeGreaterThanOrEqual(5000);
	await throttle.pause(1000);
	expect((await row()).slot).toBe(paused);
});

test('a limit that the headers tell is written for everybody, unless one was given', async () => {
	const throttle = throttleOf();
	await throttle.acquire();
	expect(await row()).toMatchObject({requests: 100, milliseconds: 10_000});
	throttle.observe?.({limit: 190});
	await throttle.acquire();
	expect(await row()).toMatchObject({requests: 190, milliseconds: 10_000});
	await throttleOf({limit: 50, interval: 2000}).acquire();
	expect(await row()).toMatchObject({requests: 50, milliseconds: 2000});
});

test('no slot is given further than a second ahead', async () => {
	const throttle = throttleOf();
	await throttle.acquire();
	const throttles = Array.from({length: 30}, () => throttleOf());
	const controller = new AbortController();
	const waiting = throttles.map(each => each.acquire({signal: controller.signal}).catch(() => {}));
	await new Promise(resolve => setTimeout(resolve, 300));
	const {rows} = await db.query<{ahead: number}>(
		'SELECT extract(epoch FROM slot - clock_timestamp())::float8 * 1000 AS ahead FROM hubspot_threads_throttle',
	);
	expect(rows[0]?.ahead).toBeGreaterThan(500);
	expect(rows[0]?.ahead).toBeLessThanOrEqual(1000);
	controller.abort();
	await Promise.all(waiting);
});

test('a database that is closed is an error that says so', async () => {
	// The last test: to make another one would take seconds.
	await db.close();
	await expect(throttleOf().acquire()).rejects.toThrow(
		"No request is sent without a slot, and the throttle's PostgreSQL failed: PGlite is closed",
	);
});
