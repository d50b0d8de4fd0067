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

	test.each<[string, (token: string) => string]>([
		['as it is', token => token],
		['in a URL', token => `https://proxy.example/?token=${encodeURIComponent(token)}`],
		['in JSON', token => JSON.stringify({token})],
		['in base64', token => btoa(token)],
		['in base64, behind `Bearer `', token => btoa(`Bearer ${token}`)],
		['in base64, behind a name', token => btoa(`me:${token}:`)],
	])(
		'every token that the walk was given, and %s, in what a function of the user throws',
		async (_, write) => {
			const tokens = [`${token}"\\/+=`, 'the-second-token+/%', 'the-third-token'];
			const secrets = tokens.flatMap(each => {
				const base64 = write(each).includes(each) ? each : write(each).slice(12, -4);
				return [each, encodeURIComponent(each), base64];
			});
			const mine = () => {
				const text = tokens.map(write).join(' ');
				const error = new Error(text, {cause: new AggregateError([new Error(text)], text)});
				return Object.assign(error, {
					code: text,
					tokens,
					headers: new Headers({authorization: tokens[1] as string}),
				});
			};
			let calls = 0;
			const base = {
				accessToken: () => tokens[Math.min(calls++, 2)] as string,
				fetch: async () =>
					Response.json({results: [{id: String(calls)}], paging: {next: {after: `${calls}`}}}),
				retry: {retries: 0},
			};
			const late = (work: () => unknown) => () => (calls > 3 ? work() : undefined);
			const fail = late(() => {
				throw mine();
			});
			const cases: Array<Partial<PaginateOptions>> = [
				{accessToken: () => (fail() as undefined) ?? base.accessToken()},
				{fetch: async () => (fail() as undefined) ?? base.fetch()},
				{onPage: fail},
				{onPage: late(() => Promise.reject(mine()))},
				{
					schema: {
						'~standard': {
							version: 1,
							vendor: 'test',
							validate: value => (fail() as undefined) ?? {value: value as never},
						},
					},
				},
			];
			for (const options of cases) {
				calls = 0;
				const {error} = await collect(paginate({...base, ...options} as PaginateOptions));
				expect(error).toBeInstanceOf(PaginationError);
				const printed = inspect(error, {depth: 20, showHidden: true, getters: true});
				for (const secret of secrets) {
					expect(printed).not.toContain(secret);
				}
			}
		},
	);

	test('what `onRetry` is told holds none either', async () => {
		const events: unknown[] = [];
		await failureOf({
			fetch: async () => {
				throw Object.assign(new Error(`no ${token}`), {
					request: new Request('https://a.example', {headers: {token}}),
				});
			},
			retry: {retries: 1, minTimeout: 1},
			onRetry: event => events.push(event),
		});
		expect(events).toHaveLength(1);
		expectNoToken(events[0]);
	});

	test('half a token is not left where a text is cut', async () => {
		for (const length of [80, 200, 1000]) {
			for (let before = length - token.length - 10; before < length + 2; before++) {
				const text = `${'x'.repeat(before)}${token}`;
				const json = {status: 'error', message: text, results: undefined};
				for (const response of [
					() => new Response(text),
					() => new Response(text, {status: 400}),
					() => Response.json(json),
					() => Response.json(json, {status: 400}),
				]) {
					const {message} = await failureOf({fetch: async () => response()});
					expect(message).not.toContain(token.slice(0, 4));
				}
			}
		}
	});

	class TokenRevoked extends Error {
		readonly account = {portalId: 7, since: new Date(0)};
		override name = 'TokenRevoked';
	}

	test('without a token, what a function of the user throws stays what it is', async () => {
		for (const name of ['accessToken', 'fetch', 'onPage']) {
			const mine = new TokenRevoked('revoked', {cause: new Error('why')});
			const {stack} = mine;
			const failure = await failureOf({
				fetch: async () => Response.json({results: []}),
				[name]: async () => {
					throw mine;
				},
			});
			expect(failure.cause).toBe(mine);
			expect(mine).toMatchObject({
				stack,
				message: 'revoked',
				account: {portalId: 7},
				cause: {message: 'why'},
			});
			expect(inspect(failure).match(/revoked/g)).toHaveLength(1);
		}
	});

	test('what cannot be looked through, or has no end, is not passed on', async () => {
		const circular: Record<string, unknown> = {token};
		circular.self = circular;
		const endless = {
			get next() {
				return {...this};
			},
		} as object;
		const wide = Array.from({length: 2000}, () => ({}));
		const trap = new Proxy(
			{},
			{
				ownKeys() {
					throw new Error(token);
				},
			},
		);
		for (const thrown of [
			circular,
			Object.assign(new Error('e'), {wide, token}),
			Object.assign(new Error('e'), {trap}),
			Object.assign(new Error('e'), {endless}),
			{token: 1n, [token]: 1},
			Symbol(token),
			token,
			() => token,
		]) {
			expectNoToken(
				await failureOf({
					accessToken: (() => {
						let calls = 0;
						return () => {
							if (calls++ > 0) {
								throw thrown;
							}

							return token;
						};
					})(),
					fetch: async () => Response.json({results: [], paging: {next: {after: 'A'}}}),
				}),
			);
		}
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
