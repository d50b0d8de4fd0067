import {afterAll, expect, jest, test} from '@jest/globals';
import type {Thread} from '../lib/index.ts';
import {createSandbox, type StartedSandbox, startSandbox} from '../lib/sandbox/index.ts';
import {runExample} from './support/run-example.ts';

jest.setTimeout(60_000);

const sandboxes: StartedSandbox[] = [];

afterAll(async () => {
	await Promise.all(sandboxes.map(sandbox => sandbox.close()));
});

async function runOn(options: Parameters<typeof startSandbox>[0]) {
	const sandbox = await startSandbox({accessToken: 'pat-na1-secret', ...options});
	sandboxes.push(sandbox);
	const env = {HUBSPOT_ACCESS_TOKEN: sandbox.accessToken, HUBSPOT_BASE_URL: sandbox.url};
	return {...(await runExample('quickstart', env)), sandbox};
}

/** What it should print, found without a walk. */
function expected(all: Iterable<Thread>, source: string) {
	const threads = [...all];
	const since = Date.parse('2025-12-01T00:00:00Z');
	const recent = threads.filter(
		({status, latestMessageTimestamp}) =>
			status === 'OPEN' && Date.parse(latestMessageTimestamp ?? '') >= since,
	);
	const unassigned = threads.find(({status, assignedTo}) => status === 'CLOSED' && assignedTo === undefined);
	return [
		`The first three threads of ${source}:`,
		...threads.slice(0, 3).map(({status, createdAt}) => `  ${status}, created ${createdAt}`),
		'Open threads with a message since December 2025:',
		`  ${recent.length}`,
		'The first closed thread that nobody was assigned to:',
		`  closed ${unassigned?.closedAt}`,
		'As many threads as two seconds give:',
		'',
	].join('\n');
}

test.concurrent('without a token, an embedded HubSpot is read until the deadline', async () => {
	const {code, stdout, stderr} = await runExample('quickstart');
	expect({code, stderr}).toEqual({code: 0, stderr: ''});
	const beginning = expected(createSandbox({threads: 25_000}).threads, 'the embedded HubSpot');
	expect(stdout.slice(0, beginning.length)).toBe(beginning);
	expect(stdout.slice(beginning.length)).toMatch(/^ {2}\d+, then the deadline came\n$/);
});

test.concurrent('with a token, an account is read to its end', async () => {
	const {code, stdout, stderr, sandbox} = await runOn({threads: 900});
	expect({code, stderr}).toEqual({code: 0, stderr: ''});
	expect(stdout).toBe(`${expected(sandbox.threads, sandbox.url)}  900, and that is all of them\n`);
});

test.concurrent('the deadline ends a walk that HubSpot does not answer', async () => {
	const {code, stdout, sandbox} = await runOn({
		threads: 5000,
		// The second page of the last walk.
		faults: ({parameters}) =>
			parameters.has('after') && !parameters.has('threadStatus') ? {stall: 'headers'} : undefined,
	});
	expect(code).toBe(0);
	expect(stdout).toBe(`${expected(sandbox.threads, sandbox.url)}  500, then the deadline came\n`);
});
