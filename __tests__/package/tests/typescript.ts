import {expect, test} from '@jest/globals';
import {paginate, ResponseError, type Thread} from 'hubspot-threads';
import {createSandbox, startSandbox} from 'hubspot-threads/sandbox';
import {postgresThrottleTable} from 'hubspot-threads/shared';

test('every thread is listed', async () => {
	const {fetch, accessToken, threads} = createSandbox({threads: 7});
	const listed: Array<Thread['id']> = [];
	for await (const thread of paginate({fetch, accessToken, pageSize: 3})) {
		listed.push(thread.id);
	}

	expect(listed).toHaveLength(7);
	expect(listed).toEqual([...threads].map(({id}) => id));
});

test('over HTTP, and refused', async () => {
	const sandbox = await startSandbox({threads: 7});
	const walk = paginate({accessToken: 'another', baseUrl: sandbox.url});
	await expect(walk.next()).rejects.toBeInstanceOf(ResponseError);
	await sandbox.close();
	expect(postgresThrottleTable).toMatch(/^CREATE/);
});
