import {inspect} from 'node:util';
import {afterEach, describe, expect, jest, test} from '@jest/globals';
import {createAccessToken} from '../examples/access-token.ts';
import {paginate} from '../lib/index.ts';
import {createSandbox, type SandboxOptions, type SandboxRequest, startSandbox} from '../lib/sandbox/index.ts';
import {settle, useFakeClock} from './support/clock.ts';
import {collect} from './support/collect.ts';
import {runExample} from './support/run-example.ts';

const oauth = {clientId: 'client-id', clientSecret: 'client-secret', refreshToken: 'refresh-token'};
const isTokenRequest = ({url}: SandboxRequest) => url.endsWith('/token');
const tokenOf = ({headers}: SandboxRequest) => headers.get('authorization');

function setUp(options: SandboxOptions = {}, app: Partial<typeof oauth> = {}) {
	const sandbox = createSandbox({threads: 4000, oauth, accessToken: () => false, ...options});
	const {fetch, requests} = sandbox;
	const accessToken = createAccessToken({...oauth, ...app, fetch});
	return {
		accessToken,
		ask: (refusedToken?: string) => accessToken(refusedToken === undefined ? {} : {refusedToken}),
		walk: (threadStatus: 'OPEN' | 'CLOSED', signal?: AbortSignal) =>
			collect(paginate({accessToken, fetch, threadStatus, signal})),
		count: (status: 'OPEN' | 'CLOSED') =>
			[...sandbox.threads].filter(thread => thread.status === status).length,
		requests,
		renewals: () => requests.filter(isTokenRequest).length,
		statuses: () => requests.filter(request => !isTokenRequest(request)).map(({status}) => status),
	};
}

afterEach(() => {
	jest.useRealTimers();
});

describe('a token', () => {
	test('is kept until nine tenths of its life are over, counted from when it was asked for', async () => {
		useFakeClock();
		const {ask, renewals} = setUp({latency: 5000});
		const first = await settle(ask());
		jest.advanceTimersByTime(1_620_000 - 5000 - 1);
		expect(await settle(ask())).toBe(first);
		expect(renewals()).toBe(1);
		jest.advanceTimersByTime(1);
		expect(await settle(ask())).not.toBe(first);
		expect(renewals()).toBe(2);
	});

	test('is asked for once by all who wait for it', async () => {
		useFakeClock();
		const {ask, renewals} = setUp({latency: 1000});
		const tokens = await settle(Promise.all([ask(), ask(), ask()]));
		expect(new Set(tokens).size).toBe(1);
		expect(renewals()).toBe(1);
	});

	test('that was refused is replaced, but not when it was replaced meanwhile', async () => {
		const {ask, renewals} = setUp();
		const first = await ask();
		expect(await ask()).toBe(first);
		const second = await ask(first);
		expect(second).not.toBe(first);
		expect(await ask(first)).toBe(second);
		expect(renewals()).toBe(2);
		expect(await ask(second)).not.toBe(second);
		expect(renewals()).toBe(3);
	});
});

describe('two walks at once', () => {
	test('never send a token that has expired, and share each', async () => {
		useFakeClock();
		const {walk, count, requests, renewals, statuses} = setUp({
			oauth: {...oauth, expiresIn: 60},
			latency: request => (isTokenRequest(request) ? 200 : 25_000),
		});
		const [open, closed] = await settle(Promise.all([walk('OPEN'), walk('CLOSED')]));
		expect(open.items).toHaveLength(count('OPEN'));
		expect(closed.items).toHaveLength(count('CLOSED'));
		expect(new Set(statuses())).toEqual(new Set([200]));
		// Pages begin after 0, 25, 50, 75 … seconds; a token is sent for 54.
		const times = requests.filter(isTokenRequest).map(({time}) => time);
		expect(times.map(time => time - (times[0] as number))).toEqual([0, 75_200]);
		expect(renewals()).toBe(2);
	});

	test.each([
		['while the first waits for a new token', 0],
		['when the first has long got a new token', 5000],
	])('get one new token when both are refused, the second %s', async (_when, latency) => {
		useFakeClock();
		let revoked: string | null = null;
		const {walk, count, renewals, statuses} = setUp({
			latency: 100,
			faults(request) {
				if (isTokenRequest(request)) {
					return {latency: 1000};
				}

				revoked ??= tokenOf(request);
				const isSecond = request.parameters.get('threadStatus') === 'CLOSED';
				return request.parameters.has('after') && tokenOf(request) === revoked
					? {status: 401, body: {category: 'EXPIRED_AUTHENTICATION'}, latency: isSecond ? latency : 0}
					: undefined;
			},
		});
		const [open, closed] = await settle(Promise.all([walk('OPEN'), walk('CLOSED')]));
		expect(open.items).toHaveLength(count('OPEN'));
		expect(closed.items).toHaveLength(count('CLOSED'));
		expect(statuses().filter(status => status === 401)).toHaveLength(2);
		expect(renewals()).toBe(2);
	});

	test('one that is stopped does not take the token from the other', async () => {
		useFakeClock();
		const {walk, count, renewals} = setUp({latency: 1000});
		const stop = new AbortController();
		const stopped = walk('OPEN', stop.signal);
		const other = walk('CLOSED');
		setTimeout(() => stop.abort(new Error('enough')), 500);
		expect((await settle(stopped)).error).toEqual(new Error('enough'));
		expect((await settle(other)).items).toHaveLength(count('CLOSED'));
		expect(renewals()).toBe(1);
	});
});

describe('the token endpoint', () => {
	test('is asked again when it fails', async () => {
		useFakeClock();
		const {walk, count, renewals} = setUp({
			faults: {1: {status: 503}, 2: {reset: true}, 3: {status: 502, body: '<html>'}},
		});
		expect((await settle(walk('OPEN'))).items).toHaveLength(count('OPEN'));
		expect(renewals()).toBe(4);
	});

	test.each([
		['a revoked refresh token', {refreshToken: 'revoked-token'}, '400 BAD_REFRESH_TOKEN'],
		['a wrong secret', {clientSecret: 'wrong-secret'}, '400 BAD_CLIENT_SECRET'],
	])('%s is asked for once, and no secret is in the error', async (_name, app, reason) => {
		const {walk, renewals} = setUp({}, app);
		const {error} = await walk('OPEN');
		expect(error).toMatchObject({cause: {message: `HubSpot gave no access token: ${reason}`}});
		expect(inspect(error, {depth: 9, showHidden: true})).not.toMatch(
			/refresh-token|revoked-token|client-secret|wrong-secret/,
		);
		expect(renewals()).toBe(1);
	});

	test('a failure is not for ever: the next walk asks anew', async () => {
		const {walk, count} = setUp({faults: {1: {status: 403}}});
		expect((await walk('OPEN')).error).toBeDefined();
		expect((await walk('OPEN')).items).toHaveLength(count('OPEN'));
	});

	test('a redirect does not take the secret elsewhere', async () => {
		const requests: Request[] = [];
		const fetch = async (request: Request) => {
			requests.push(request);
			return new Response(null, {status: 307, headers: {location: 'https://elsewhere.test'}});
		};
		const answer = createAccessToken({...oauth, fetch})({});
		await expect(answer).rejects.toThrow('HubSpot gave no access token: 307');
		expect(requests.map(({redirect}) => redirect)).toEqual(['manual']);
	});
});

describe('the example', () => {
	test('walks the embedded HubSpot', async () => {
		const {code, stdout, stderr} = await runExample('oauth');
		expect({code, stderr}).toEqual({code: 0, stderr: ''});
		const open = [...createSandbox({threads: 20_000}).threads].filter(({status}) => status === 'OPEN').length;
		const [counts, pages] = stdout.split('\n');
		expect(counts).toBe(`${open} open and ${20_000 - open} closed threads`);
		// 24 pages of 0.1 s one after another, and each token is sent for 0.9 s: on a machine that is slow, some are refused.
		expect(pages).toMatch(/^41 pages, with ([3-9]|\d\d+) access tokens$/);
	}, 30_000);

	test('walks an account', async () => {
		const sandbox = await startSandbox({oauth, threads: 10, accessToken: () => false});
		try {
			const env = {
				HUBSPOT_CLIENT_ID: oauth.clientId,
				HUBSPOT_CLIENT_SECRET: oauth.clientSecret,
				HUBSPOT_REFRESH_TOKEN: oauth.refreshToken,
				HUBSPOT_BASE_URL: sandbox.url,
			};
			const open = [...sandbox.threads].filter(({status}) => status === 'OPEN').length;
			expect(await runExample('oauth', env)).toEqual({
				code: 0,
				stdout: `${open} open and ${10 - open} closed threads\n`,
				stderr: '',
			});
			const refused = await runExample('oauth', {...env, HUBSPOT_REFRESH_TOKEN: 'revoked-token'});
			expect(refused.code).toBe(1);
			expect(refused.stderr).toContain('HubSpot gave no access token: 400 BAD_REFRESH_TOKEN');
			expect(refused.stderr).not.toMatch(/revoked-token|client-secret/);
		} finally {
			await sandbox.close();
		}
	}, 30_000);
});
