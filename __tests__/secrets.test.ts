import {createServer, type RequestListener} from 'node:http';
import type {AddressInfo} from 'node:net';
import {inspect} from 'node:util';
import {describe, expect, test} from '@jest/globals';
import {type PaginateOptions, PaginationError, paginate} from '../lib/index.ts';
import {collect} from './support/collect.ts';

const token = 'pat-na1-0123456789-secret';

/** Everything that a logger could find in an error. */
function expectNoToken(error: unknown) {
	const seen = new Set<unknown>();
	const look = (value: unknown): void => {
		if (typeof value === 'string') {
			expect(value).not.toContain(token);
		} else if (typeof value === 'object' && value !== null && !seen.has(value)) {
			seen.add(value);
			expect(JSON.stringify(value) ?? '').not.toContain(token);
			for (const key of Reflect.ownKeys(value)) {
				look(key);
				look(Reflect.get(value, key));
			}
		}
	};
	expect(inspect(error, {depth: Number.POSITIVE_INFINITY, showHidden: true, getters: true})).not.toContain(
		token,
	);
	look(error);
}

async function failureOf(options: Partial<PaginateOptions>): Promise<PaginationError> {
	const {error} = await collect(
		paginate({accessToken: token, retry: {retries: 0}, ...options} as PaginateOptions),
	);
	expect(error).toBeInstanceOf(PaginationError);
	return error as PaginationError;
}

async function withServer<T>(listener: RequestListener, use: (baseUrl: string) => Promise<T>): Promise<T> {
	const server = createServer(listener).listen(0, '127.0.0.1');
	await new Promise(resolve => server.once('listening', resolve));
	try {
		return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
	} finally {
		server.closeAllConnections();
		await new Promise(resolve => server.close(resolve));
	}
}

describe('promise 10: the access token is nowhere in any error', () => {
	const echo =
		(status: number, type = 'text/html') =>
		async (request: Request) =>
			new Response(
				type === 'text/html'
					? `<pre>${request.headers.get('authorization')}</pre>`
					: JSON.stringify({
							category: token,
							message: `you sent ${token}`,
							errors: [{context: {[token]: [token]}}],
						}),
				{status, headers: {'content-type': type, 'x-hubspot-correlation-id': token}},
			);

	test.each<[string, Partial<PaginateOptions>]>([
		['an error page that repeats the request', {fetch: echo(500)}],
		['a JSON error that repeats it', {fetch: echo(400, 'application/json')}],
		['a 429 that repeats it', {fetch: echo(429)}],
		['a 200 that repeats it', {fetch: echo(200)}],
		[
			'a fetch that hangs the request on its error',
			{
				fetch: async request => {
					throw Object.assign(new TypeError('fetch failed'), {
						request,
						config: {headers: {authorization: `Bearer ${token}`}},
						cause: Object.assign(new Error(`no ${token}`), {code: token, options: {token}}),
					});
				},
			},
		],
		[
			'a fetch that fails in several ways',
			{
				fetch: async () => {
					throw new AggregateError([new Error(`first ${token}`)], `all ${token}`);
				},
			},
		],
		[
			'a fetch that throws a string',
			{
				fetch: async () => {
					throw `with ${token}`;
				},
			},
		],
		[
			'a token function that fails with its token',
			{
				accessToken: (() => {
					let asked = 0;
					return () => {
						if (asked++ > 0) {
							throw Object.assign(new Error(`cannot renew ${token}`), {token});
						}

						return token;
					};
				})(),
				fetch: async () => new Response('', {status: 401}),
			},
		],
	])('%s', async (_, options) => {
		expectNoToken(await failureOf(options));
	});

	test.each(['refused', 'reset', 'timed out'])('a connection that is %s', async how => {
		if (how === 'refused') {
			expectNoToken(await failureOf({baseUrl: 'http://127.0.0.1:1'}));
			return;
		}

		const listener: RequestListener =
			how === 'reset' ? request => request.socket.resetAndDestroy() : () => {};
		await withServer(listener, async baseUrl => expectNoToken(await failureOf({baseUrl, timeout: 50})));
	});

	test('a token that no header can carry is refused, and not repeated', async () => {
		for (const accessToken of [`${token}\n`, `${token} x`, `${token}é`]) {
			const call = () => paginate({accessToken});
			expect(call).toThrow('`accessToken` must be a token without spaces or line breaks');
			const failure = await failureOf({accessToken: () => accessToken});
			expectNoToken(failure);
			expect(failure.message).toMatch(/gave no token without spaces or line breaks/);
		}
	});

	test('options in the wrong place are not repeated either', () => {
		for (const options of [
			{inboxId: token},
			{sort: token},
			{after: [token]},
			{baseUrl: token},
			{apiVersion: token},
		]) {
			let error: unknown;
			try {
				paginate({accessToken: token, ...options} as unknown as PaginateOptions);
			} catch (thrown) {
				error = thrown;
			}

			expect(error).toBeInstanceOf(TypeError);
			expectNoToken(error);
		}
	});
});

describe('promise 10: where the access token is sent', () => {
	test.each([
		'http://api.hubapi.com',
		'http://10.0.0.1',
		'http://localhost.example.com',
		'http://127.0.0.1.example.com',
		'http://[::2]',
		'http://128.0.0.1',
	])('never to %s', baseUrl => {
		expect(() => paginate({accessToken: token, baseUrl})).toThrow('`baseUrl` must begin with https:');
	});

	test.each([
		'http://localhost:8080',
		'http://127.0.0.1',
		'http://127.1.2.3:1',
		'http://[::1]:8080',
		'http://hubspot.localhost',
	])('to this machine, %s', baseUrl => {
		expect(() => paginate({accessToken: token, baseUrl})).not.toThrow();
	});

	test('not to another origin by a redirect, nor to the same one', async () => {
		const received: Array<string | undefined> = [];
		await withServer(
			(request, response) => {
				received.push(request.headers.authorization);
				response.end();
			},
			async elsewhere =>
				withServer(
					(request, response) => {
						received.push(request.url);
						response.writeHead(307, {location: `${elsewhere}/threads`}).end();
					},
					async baseUrl => {
						const failure = await failureOf({baseUrl});
						expect(failure).toMatchObject({status: 307});
						expect(failure.message).toMatch(/A redirect is not followed/);
						expectNoToken(failure);
					},
				),
		);
		expect(received).toEqual(['/conversations/v3/conversations/threads?limit=500']);
	});
});
