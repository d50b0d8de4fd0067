import {afterEach, describe, expect, jest, test} from '@jest/globals';
import ky from 'ky';
import {paginate} from '../lib/index.ts';
import {createSandbox, type Fault, type Sandbox, startSandbox} from '../lib/sandbox/index.ts';
import {settle, useFakeClock} from './support/clock.ts';
import {collect} from './support/collect.ts';

const oauth = {clientId: 'client', clientSecret: 'client-secret', refreshToken: 'refresh-token'};
const form = {
	grant_type: 'refresh_token',
	client_id: oauth.clientId,
	client_secret: oauth.clientSecret,
	refresh_token: oauth.refreshToken,
};

async function post(
	{fetch}: Pick<Sandbox, 'fetch'>,
	body: Readonly<Record<string, string>>,
	path = '/oauth/2026-03/token',
) {
	const request = new Request(`https://api.hubapi.com${path}`, {
		method: 'POST',
		body: new URLSearchParams(body),
	});
	const response = await fetch(request);
	return {status: response.status, headers: response.headers, body: await response.json()};
}

const list = (sandbox: Sandbox, accessToken: string) =>
	collect(paginate({accessToken, fetch: sandbox.fetch, retry: {retries: 0}}));

afterEach(() => {
	jest.useRealTimers();
});

describe('the token endpoint', () => {
	test.each(['/oauth/2026-03/token', '/oauth/v1/token'])('%s issues tokens', async path => {
		const sandbox = createSandbox({oauth, threads: 3});
		const {status, headers, body} = await post(sandbox, form, path);
		expect({status, body}).toEqual({
			status: 200,
			body: {
				token_type: 'bearer',
				access_token: expect.stringMatching(/^sandbox-[\da-f-]{36}$/),
				refresh_token: oauth.refreshToken,
				expires_in: 1800,
			},
		});
		expect([...headers.keys()].filter(name => name.includes('ratelimit'))).toEqual([]);
		expect((await list(sandbox, body.access_token)).items).toHaveLength(3);
	});

	test('its tokens live as long as it says, and a newer one does not end them', async () => {
		useFakeClock();
		const sandbox = createSandbox({oauth: {...oauth, expiresIn: 60}, threads: 3});
		const older = await post(sandbox, form);
		expect(older.body.expires_in).toBe(60);
		jest.advanceTimersByTime(1);
		const newer = await post(sandbox, form);
		expect(newer.body.access_token).not.toBe(older.body.access_token);

		const isTaken = async ({body}: {readonly body: {readonly access_token: string}}) =>
			(await settle(list(sandbox, body.access_token))).error === undefined;
		jest.advanceTimersByTime(59_998);
		expect([await isTaken(older), await isTaken(newer)]).toEqual([true, true]);
		jest.advanceTimersByTime(1);
		expect([await isTaken(older), await isTaken(newer)]).toEqual([false, true]);
		jest.advanceTimersByTime(1);
		expect([await isTaken(older), await isTaken(newer)]).toEqual([false, false]);
		const {error} = await settle(list(sandbox, newer.body.access_token));
		expect(error).toMatchObject({status: 401, category: 'EXPIRED_AUTHENTICATION'});
	});

	test.each([
		['client_id', 'invalid_client', 'BAD_CLIENT_ID'],
		['client_secret', 'invalid_client', 'BAD_CLIENT_SECRET'],
		['grant_type', 'unsupported_grant_type', 'BAD_GRANT_TYPE'],
		['refresh_token', 'invalid_grant', 'BAD_REFRESH_TOKEN'],
	])('a wrong or missing %s is refused, and not repeated', async (name, error, status) => {
		const {[name as keyof typeof form]: _, ...missing} = form;
		for (const body of [{...form, [name]: 'wrong-value'}, missing]) {
			const answer = await post(createSandbox({oauth}), body as Record<string, string>);
			expect(answer.status).toBe(400);
			expect(answer.body).toMatchObject({error, status});
			expect(JSON.stringify(answer)).not.toContain('wrong-value');
			expect(JSON.stringify(answer)).not.toContain(oauth.clientSecret);
		}
	});

	// Received from HubSpot.
	test('a bad refresh token is answered with HubSpot’s body, field for field', async () => {
		expect((await post(createSandbox({oauth}), {...form, refresh_token: 'revoked'})).body).toEqual({
			error: 'invalid_grant',
			error_description: 'refresh token is invalid, expired or revoked',
			status: 'BAD_REFRESH_TOKEN',
			message: 'refresh token is invalid, expired or revoked',
		});
	});

	test('takes its parameters from the body only', async () => {
		const sandbox = createSandbox({oauth});
		const query = `/oauth/2026-03/token?${new URLSearchParams(form)}`;
		expect(await post(sandbox, {}, query)).toMatchObject({status: 400});
	});

	test('is in the log, takes faults, and does not count against the rate', async () => {
		const fault: Fault = {status: 503, headers: {'retry-after': '1'}};
		const sandbox = createSandbox({oauth, threads: 3, rateLimit: {limit: 1}, faults: {1: fault}});
		expect(await post(sandbox, form)).toMatchObject({status: 503});
		const {body} = await post(sandbox, form);
		expect((await list(sandbox, body.access_token)).items).toHaveLength(3);
		expect(sandbox.requests.map(({number, status}) => [number, status])).toEqual([
			[1, 503],
			[2, 200],
			[3, 200],
		]);
		expect(JSON.stringify(sandbox.requests)).not.toContain(oauth.clientSecret);
	});

	test('is not there without the option, and only for POST', async () => {
		expect(await post(createSandbox(), form)).toMatchObject({status: 401});
		const headers = {authorization: 'Bearer sandbox-token'};
		const get = new Request('https://api.hubapi.com/oauth/2026-03/token', {headers});
		expect((await createSandbox({oauth}).fetch(get)).status).toBe(404);
	});

	test('answers over real HTTP', async () => {
		const sandbox = await startSandbox({oauth, threads: 3});
		try {
			const url = `${sandbox.url}/oauth/2026-03/token`;
			const {access_token: accessToken} = await ky
				.post(url, {body: new URLSearchParams(form)})
				.json<{access_token: string}>();
			const {items} = await collect(paginate({accessToken, baseUrl: sandbox.url}));
			expect(items).toHaveLength(3);
		} finally {
			await sandbox.close();
		}
	});
});
