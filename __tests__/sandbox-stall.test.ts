import {expect, test} from '@jest/globals';
import {paginate} from '../lib/index.ts';
import {createSandbox} from '../lib/sandbox/index.ts';
import {collectGarbage} from './support/garbage.ts';

// Without sockets nothing but the sandbox itself holds a request that stalls.
test.each(['headers', 'body'] as const)(
	'a request that stalls in its %s hears of an abort after its garbage was collected',
	async stall => {
		const {fetch, accessToken, requests} = createSandbox({threads: 5, faults: {1: {stall}}});
		const controller = new AbortController();
		const next = paginate({fetch, accessToken, signal: controller.signal})
			.next()
			.catch(error => error);
		for (let turn = 0; turn < 20; turn++) {
			await new Promise(resolve => setTimeout(resolve, 5));
			collectGarbage();
		}

		controller.abort('left');
		expect(await next).toBe('left');
		await new Promise(resolve => setTimeout(resolve));
		expect(requests).toMatchObject([{isAborted: true}]);
	},
	30_000,
);
