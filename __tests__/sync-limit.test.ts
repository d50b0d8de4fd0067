/**
 * How much of the limit a first load uses, in virtual time: 1,000 pages, 190 requests per 10 seconds, as counted by the
 * server. `npm run bench -- first-load` measures it over HTTP.
 */
import {afterEach, describe, expect, test} from '@jest/globals';
import {sync} from '../lib/index.ts';
import type {Spread} from '../lib/sandbox/made/threads.ts';
import {mostIn} from './support/limited-server.ts';
import {type TimedServerOptions, timedServer} from './support/timed-server.ts';
import {useVirtualTime} from './support/virtual-time.ts';

let restore = () => {};
afterEach(() => restore());

type Kind = Pick<TimedServerOptions, 'rows'> & {readonly pageSize: number};

const even: Kind = {pageSize: 500, rows: 'even'};
/** No two pages span the same time: how many are left of a range is known roughly. */
const random: Kind = {pageSize: 100, rows: 'random'};

async function load(
	spread: Spread,
	latency: number,
	pages: number,
	{pageSize, rows} = even,
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

/**
 * By milliseconds: per cent of the limit, and more requests in per cent. Where rows lie at random, each cut
 * costs about half a request, and of 100 rows the two that come again on the next page are 2 %.
 */
const promised: Readonly<Record<number, {share: number; extra: Readonly<Record<Kind['rows'], number>>}>> = {
	100: {share: 95, extra: {even: 5, random: 5}},
	250: {share: 95, extra: {even: 5, random: 6}},
	500: {share: 93, extra: {even: 5, random: 9}},
	1000: {share: 90, extra: {even: 6, random: 11}},
	2000: {share: 85, extra: {even: 8, random: 12}},
	3000: {share: 80, extra: {even: 10, random: 12}},
};

describe.each([even, random])('$pageSize threads a page, $rows', kind => {
	describe.each(latencies)('an answer takes %i ms', latency => {
		test.each(spreads)(
			'%s',
			async spread => {
				const {share, extra} = promised[latency] as (typeof promised)[number];
				const loaded = await load(spread, latency, 1000, kind);
				expect(loaded.lost).toBe(0);
				expect(loaded.most).toBeLessThanOrEqual(190);
				expect(loaded.share).toBeGreaterThanOrEqual(share);
				expect(loaded.extra).toBeLessThanOrEqual(extra[kind.rows]);
			},
			60_000,
		);
	});
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
