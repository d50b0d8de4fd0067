/**
 * What somebody writes who uses all three entries: compiled in every module mode, and then run. The expected errors
 * prove that the types were found, since `any` would allow everything.
 */
import {
	createThrottle,
	type PaginateOptions,
	pages,
	paginate,
	ResponseError,
	type Thread,
} from 'hubspot-threads';
import * as sandboxes from 'hubspot-threads/sandbox';
import {postgresThrottleTable} from 'hubspot-threads/shared';

declare const console: {log(text: string): void};

async function list(options: PaginateOptions): Promise<string[]> {
	const ids: string[] = [];
	for await (const thread of paginate(options)) {
		const {id}: Thread = thread;
		ids.push(id);
		// @ts-expect-error: a thread has no such field.
		thread.subject;
	}

	return ids;
}

async function run(): Promise<void> {
	const {fetch, accessToken}: sandboxes.Sandbox = sandboxes.createSandbox({threads: 3});
	const throttle = createThrottle({limit: 10, interval: 100});
	const ids = await list({fetch, accessToken, throttle});

	await using sandbox: sandboxes.StartedSandbox = await sandboxes.startSandbox({threads: 4});
	for await (const page of pages({accessToken: sandbox.accessToken, baseUrl: sandbox.url, pageSize: 3})) {
		ids.push(...page.threads.map(({id}) => id));
		// @ts-expect-error: the cursor is in `resume`.
		page.after;
	}

	const refused = await list({fetch, accessToken: 'another'}).catch((error: unknown) => error);
	const status: number | undefined = refused instanceof ResponseError ? refused.status : undefined;
	const table: string = postgresThrottleTable;
	// @ts-expect-error: it is text.
	postgresThrottleTable.rows;
	console.log(`${ids.length} threads, ${status}, ${table.slice(0, 6)}`);
}

// @ts-expect-error: a sort by time needs its bound.
export const refused = () => paginate({accessToken: '', sort: 'latestMessageTimestamp'});

run();
