import {afterEach, describe, expect, jest, test} from '@jest/globals';
import {CursorLoopError, type PaginateOptions, pages, paginate} from '../lib/index.ts';
import {createSandbox, type SandboxOptions} from '../lib/sandbox/index.ts';
import {settle, useFakeClock} from './support/clock.ts';
import {collect} from './support/collect.ts';

function setUp(options: SandboxOptions = {}) {
	const sandbox = createSandbox({threads: 25, ...options});
	const ids = [...sandbox.threads].map(({id}) => id);
	const connection = {accessToken: sandbox.accessToken, fetch: sandbox.fetch, pageSize: 10};
	return {sandbox, ids, connection};
}

const idsOf = async (options: PaginateOptions) =>
	(await Array.fromAsync(paginate(options))).map(({id}) => id);

afterEach(() => {
	jest.useRealTimers();
});

describe('promise 1: order', () => {
	test('makes no request before the first next()', async () => {
		const {sandbox, connection} = setUp();
		const walk = paginate(connection);
		const list = pages(connection);
		await new Promise(resolve => setTimeout(resolve, 20));
		expect(sandbox.requests).toHaveLength(0);
		await walk.return();
		await list.return();
		expect(sandbox.requests).toHaveLength(0);
	});

	test('yields every thread once, in the order of HubSpot', async () => {
		const {ids, connection} = setUp();
		expect(await idsOf(connection)).toEqual(ids);
	});
});
