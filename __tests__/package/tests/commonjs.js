const {paginate, ResponseError} = require('hubspot-threads');
const {createSandbox, startSandbox} = require('hubspot-threads/sandbox');
const {postgresThrottleTable} = require('hubspot-threads/shared');

test('every thread is listed', async () => {
	const {fetch, accessToken, threads} = createSandbox({threads: 7});
	const listed = [];
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
