/** The other way to write it in CommonJS. */
import index = require('hubspot-threads');
import sandboxes = require('hubspot-threads/sandbox');
import shared = require('hubspot-threads/shared');

declare const console: {log(text: string): void};

async function run(): Promise<void> {
	const {fetch, accessToken} = sandboxes.createSandbox({threads: 7});
	const threads: index.Thread[] = [];
	for await (const thread of index.paginate({fetch, accessToken})) {
		threads.push(thread);
		// @ts-expect-error: a thread has no such field.
		thread.subject;
	}

	const options: index.PaginateOptions = {fetch, accessToken: 'another'};
	const refused = await index
		.paginate(options)
		.next()
		.catch((error: unknown) => error);
	const status: number | undefined = refused instanceof index.ResponseError ? refused.status : undefined;
	console.log(`${threads.length} threads, ${status}, ${shared.postgresThrottleTable.slice(0, 6)}`);
}

run();
