/**
 * How much of the limit a first load uses, in virtual time: 1,000 pages, 190 requests per 10 seconds, as counted by the
 * server. `npm run bench -- first-load` measures it over HTTP.
 */
import {afterEach, describe, expect, test} from '@jest/globals';
import {sync} from '../lib/index.ts';
import type {Spread} from '../lib/sandbox/made/threads.ts';
import {mostIn} from './support/limited-server.ts';
import {timedServer} from './support/timed-server.ts';
import {useVirtualTime} from './support/virtual-time.ts';

let restore = () => {};
afterEach(() => restore());

/** Of 500 threads, as the default is, which lie evenly. */
const even = {pageSize: 500, rows: 'even'} as const;
/** Of fewer, so that each has more or less than was thought. */
const random = {pageSize: 100, rows: 'random'} as const;

async function load(
	spread: Spread,
	latency: number,
	pages: number,
	{pageSize, rows}: typeof even | typeof random = even,
	limits = {server: 190, own: 0, headers: 190},
) {
	const time = useVirtualTime(Date.UTC(2026, 0, 1));
	restore = time.restore;
	const server = timedServer(time, {
		spread,
		latency,
		threads: pages * pageSize,
		rows,
		limit: limits.server,
		inHeaders: limits.headers,
	});
	const throttle = limits.own > 0 ? {limit: limits.own} : {};
	const ids = new Set<string>();
	await time.settle(
		(async () => {
			for await (const batch of sync({accessToken: 'token', fetch: server.fetch, throttle, pageSize})) {
				for (const {id} of batch.threads) {
					ids.add(id);
				}
			}
		})(),
	);
	const {arrivals, answers} = server;
	const seconds = ((answers.at(-1) as number) - (answers[0] as number)) / 1000;
	return {
		lost: pages * pageSize - ids.size,
		most: mostIn(10_000, arrivals),
		share: (100 * pages) / (seconds * ((limits.own || limits.server) / 10)),
		extra: 100 * (arrivals.length / pages - 1),
		seconds: (answers.at(-1) as number) / 1000,
	};
}

const spreads = ['uniform', 'recent', 'tail', 'import'] as const;
const latencies = process.env.LONG_TESTS ? [100, 250, 500, 1000, 2000, 3000] : [3000];

/** By milliseconds: per cent of the limit, and more requests in per cent. */
const promised: Readonly<Record<number, {readonly share: number; readonly extra: number}>> = {
	100: {share: 95, extra: 5},
	250: {share: 95, extra: 5},
	500: {share: 93, extra: 5},
	1000: {share: 90, extra: 6},
	2000: {share: 85, extra: 8},
	3000: {share: 80, extra: 10},
};

describe.each(latencies)('an answer takes %i ms', latency => {
	test.each(spreads)(
		'%s',
		async spread => {
			const {share, extra} = promised[latency] as {share: number; extra: number};
			const loaded = await load(spread, latency, 1000);
			expect(loaded.lost).toBe(0);
			expect(loaded.most).toBeLessThanOrEqual(190);
			expect(loaded.share).toBeGreaterThanOrEqual(share);
			expect(loaded.extra).toBeLessThanOrEqual(extra);
		},
		60_000,
	);
});

/** More requests than with even rows: a cut costs about half a one, and two rows of each page come again on the next. */
describe.each(latencies)('rows at random, 100 a page, an answer takes %i ms', latency => {
	test.each(spreads)(
		'%s',
		async spread => {
			const loaded = await load(spread, latency, 1000, random);
			expect(loaded.lost).toBe(0);
			expect(loaded.most).toBeLessThanOrEqual(190);
			expect(loaded.share).toBeGreaterThanOrEqual((promised[latency] as {share: number}).share);
			expect(loaded.extra).toBeLessThanOrEqual(13);
		},
		60_000,
	);
});

test.each(spreads)(
	'100 pages of three seconds each in 24 seconds, with 15 % more requests: %s',
	async spread => {
		const loaded = await load(spread, 3000, 100);
		expect(loaded.lost).toBe(0);
		expect(loaded.seconds).toBeLessThanOrEqual(24);
		expect(loaded.extra).toBeLessThanOrEqual(15);
	},
);

test.each([
	['the user’s own limit', {server: 190, own: 60, headers: 190}],
	['another limit than the headers say', {server: 100, own: 100, headers: 190}],
])('never above %s', async (_, limits) => {
	const loaded = await load('recent', 1000, 200, even, limits);
	expect(loaded.lost).toBe(0);
	expect(loaded.most).toBeLessThanOrEqual(limits.own);
});
