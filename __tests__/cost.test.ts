import {afterEach, beforeEach, expect, jest, test} from '@jest/globals';
import {pages, paginate} from '../lib/index.ts';
import {createSandbox, type Fault, type SandboxOptions} from '../lib/sandbox/index.ts';
import {settle, start, useFakeClock} from './support/clock.ts';

beforeEach(useFakeClock);
afterEach(() => {
	jest.useRealTimers();
});

function setUp(options: SandboxOptions) {
	const sandbox = createSandbox({rateLimit: false, ...options});
	const throttle = {limit: 10_000, interval: 1};
	return {sandbox, connection: {accessToken: sandbox.accessToken, fetch: sandbox.fetch, throttle}};
}

test('a walk takes a request for each page', async () => {
	const {sandbox, connection} = setUp({threads: 1000});
	await settle(Array.fromAsync(paginate({...connection, pageSize: 10})));
	expect(sandbox.requests).toHaveLength(100);
});

test('when 1 % of the responses fail, it takes one more for each failure', async () => {
	const kinds: Fault[] = [{status: 503}, {reset: true}, {cut: true}];
	const {sandbox, connection} = setUp({
		threads: 1000,
		faults: ({number}) => (number % 100 === 0 ? kinds[(number / 100) % kinds.length] : undefined),
	});
	const threads = await settle(Array.fromAsync(paginate({...connection, pageSize: 1})));
	expect(threads.map(({id}) => id)).toEqual([...sandbox.threads].map(({id}) => id));
	expect(sandbox.requests).toHaveLength(1000 + 10);
});

test.each([
	{network: 150, work: 150},
	{network: 150, work: 100},
	{network: 150, work: 300},
	{network: 150, work: 0},
])('a page takes the longer of network ($network ms) and work ($work ms)', async ({network, work}) => {
	const {connection} = setUp({threads: 200, latency: network});
	const consume = async () => {
		for await (const {threads} of pages({...connection, pageSize: 10})) {
			expect(threads).toHaveLength(10);
			await new Promise(resolve => setTimeout(resolve, work));
		}
	};
	await settle(consume());
	// The first page has no work beside it, the last one no network.
	expect(Date.now() - start).toBe(network + 19 * Math.max(network, work) + work);
});

test('without reading ahead it takes both', async () => {
	const {connection} = setUp({threads: 200, latency: 150});
	const consume = async () => {
		for await (const _page of pages({...connection, pageSize: 10, readAhead: 0})) {
			await new Promise(resolve => setTimeout(resolve, 150));
		}
	};
	await settle(consume());
	expect(Date.now() - start).toBe(20 * (150 + 150));
});
