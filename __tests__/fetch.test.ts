import {describe, expect, test} from '@jest/globals';
import {type PaginateOptions, PaginationError, paginate, RequestError, ResponseError} from '../lib/index.ts';
import {collect} from './support/collect.ts';

type Fetch = NonNullable<PaginateOptions['fetch']>;

const good = () => Response.json({results: [{id: '1'}]});
const retry = {minTimeout: 1, retries: 2};

async function walkWith(fetch: unknown) {
	const {items, error} = await collect(paginate({accessToken: 'a-token', fetch: fetch as Fetch, retry}));
	return {items, error: error as PaginationError};
}

/** Fails once. */
function failing(fail: () => unknown): Fetch {
	let calls = 0;
	return async () => (calls++ === 0 ? (fail() as Response) : good());
}

const thrown = (error: unknown) => () => {
	throw error;
};

/** Fails while it is read. */
const cutBy = (error: unknown) => () =>
	new Response(
		new ReadableStream({
			start(controller) {
				controller.enqueue(new TextEncoder().encode('{"results":['));
				controller.error(error);
			},
		}),
	);

const coded = (message: string, code: string) => Object.assign(new Error(message), {code});

describe('a `fetch` that is not one fails at once, and the error says what is wrong with it', () => {
	test.each<[string, unknown]>([
		// What npm's undici does with a Request that is not its own.
		['of another package', async (request: Request) => fetch(new Request(String({...request})))],
		[
			'with a dispatcher of another package',
			thrown(
				Object.assign(new TypeError('fetch failed'), {
					cause: coded('invalid onRequestStart method', 'UND_ERR_INVALID_ARG'),
				}),
			),
		],
		['with a TypeError', thrown(new TypeError("Cannot read properties of undefined (reading 'url')"))],
		['with a ReferenceError', thrown(new ReferenceError('x is not defined'))],
		[
			'with an error of Node about its arguments',
			thrown(
				Object.assign(new TypeError('The "x" argument must be of type string'), {
					code: 'ERR_INVALID_ARG_TYPE',
				}),
			),
		],
		['that gives nothing', async () => undefined],
		['that gives JSON', async () => ({results: []})],
		[
			'that gives a mock without a body',
			async () => ({ok: true, status: 200, headers: new Headers(), json: async () => ({results: []})}),
		],
		['that gives a mock without headers', async () => ({ok: true, status: 200, text: async () => ''})],
		[
			'that has read the body',
			async () => {
				const response = good();
				await response.text();
				return response;
			},
		],
		[
			'that reads the body',
			async () => {
				const response = good();
				response.body?.getReader();
				return response;
			},
		],
		['that gives Response.error()', async () => Response.error()],
	])('%s', async (_, fetch) => {
		const {items, error} = await walkWith(fetch);
		expect(items).toEqual([]);
		expect(error.constructor).toBe(PaginationError);
		expect(error.message).toMatch(
			/^The `fetch` function (?:failed, not the network: it must take a `Request` of this runtime$|gave no `Response`, or one that failed or had been read$)/,
		);
		expect(error).toMatchObject({attempts: 1, resume: {after: null}});
	});

	test('a mock that is enough of a Response is taken', async () => {
		const mock = {status: 200, headers: new Headers(), text: async () => '{"results":[{"id":"1"}]}'};
		expect((await walkWith(async () => mock)).items).toEqual([{id: '1'}]);
	});
});

describe('an error of the network is retried', () => {
	test.each<[string, unknown]>([
		[
			'Node',
			Object.assign(new TypeError('fetch failed'), {
				cause: coded('connect ECONNREFUSED 127.0.0.1:1', 'ECONNREFUSED'),
			}),
		],
		['Node, without a reason', new TypeError('fetch failed')],
		['Bun', coded('Unable to connect. Is the computer able to access the url?', 'ConnectionRefused')],
		[
			'Bun, as a TypeError',
			Object.assign(new TypeError('Was there a typo in the url or port?'), {code: 'FailedToOpenSocket'}),
		],
		[
			'Deno',
			new TypeError('error sending request for url (https://api.hubapi.com/): client error (Connect)'),
		],
		['Chrome', new TypeError('Failed to fetch')],
		['Chrome with the host', new TypeError('Failed to fetch (api.hubapi.com)')],
		['Firefox', new TypeError('NetworkError when attempting to fetch resource.')],
		['Safari', new TypeError('Load failed')],
		['Safari, offline', new TypeError('The Internet connection appears to be offline.')],
		['Safari, the name', new TypeError('A server with the specified hostname could not be found.')],
		['Workers', new Error('Network connection lost.')],
		['React Native', new TypeError('Network request failed')],
		[
			'node-fetch',
			Object.assign(new Error('request to https://api.hubapi.com failed, reason: socket hang up'), {
				name: 'FetchError',
				type: 'system',
				code: 'ECONNRESET',
			}),
		],
		['a timeout of the user', new DOMException('The operation was aborted due to timeout', 'TimeoutError')],
		['what nobody knows', new Error('the tunnel is closed')],
		['a string', 'down'],
	])('before the answer: %s', async (_, error) => {
		expect(await walkWith(failing(thrown(error)))).toEqual({items: [{id: '1'}], error: undefined});
	});

	test.each<[string, unknown]>([
		[
			'Node',
			Object.assign(new TypeError('terminated'), {cause: coded('other side closed', 'UND_ERR_SOCKET')}),
		],
		[
			'Node, compressed',
			Object.assign(new TypeError('terminated'), {cause: coded('unexpected end of file', 'Z_BUF_ERROR')}),
		],
		['Deno', new TypeError('error reading a body from connection')],
		['Chrome', new TypeError('network error')],
		['Firefox', new TypeError('Error in input stream')],
		['Bun', coded('The socket connection was closed unexpectedly.', 'ECONNRESET')],
	])('within the body: %s', async (_, error) => {
		expect(await walkWith(failing(cutBy(error)))).toEqual({items: [{id: '1'}], error: undefined});
	});

	test('the cause is its own error, with its code', async () => {
		const refused = coded('connect ECONNREFUSED ::1:1', 'ECONNREFUSED');
		const several = Object.assign(
			new AggregateError([refused, coded('connect ECONNREFUSED 127.0.0.1:1', 'ECONNREFUSED')], ''),
			{code: 'ECONNREFUSED'},
		);
		for (const cause of [refused, several]) {
			const {error} = await walkWith(thrown(Object.assign(new TypeError('fetch failed'), {cause})));
			expect(error).toBeInstanceOf(RequestError);
			expect(error.message).toBe('HubSpot was not reached (ECONNREFUSED)');
			expect(error.cause).toBe(refused);
		}

		const closed = coded('other side closed', 'UND_ERR_SOCKET');
		const {error} = await walkWith(async () =>
			cutBy(Object.assign(new TypeError('terminated'), {cause: closed}))(),
		);
		expect(error.message).toBe("HubSpot's answer was cut off (UND_ERR_SOCKET)");
		expect(error.cause).toBe(closed);
	});
});

describe('the body of an error is read in linear time, and kept in part', () => {
	const size = 200_000;
	test.each<[string, string]>([
		['<', '<'.repeat(size)],
		['<script', '<script'.repeat(size)],
		['<style and </script', '<style></script'.repeat(size)],
		['white space', ' '.repeat(10 * size)],
		['text', 'x'.repeat(10 * size)],
		['a message of 2 MB', JSON.stringify({message: 'm'.repeat(10 * size)})],
		[
			'a category of 2 MB',
			JSON.stringify({category: 'c'.repeat(10 * size), correlationId: 'i'.repeat(10 * size)}),
		],
		[
			'many errors',
			JSON.stringify({
				errors: Array(10_000).fill({context: {requiredGranularScopes: Array(3).fill('s'.repeat(200))}}),
			}),
		],
	])('%s', async (_, body) => {
		for (const status of [403, 502]) {
			const before = performance.now();
			const {error} = await walkWith(async () => new Response(body, {status}));
			// Three attempts; the expressions that this replaced took 28 s for one.
			expect(performance.now() - before).toBeLessThan(2500);
			expect(error).toBeInstanceOf(ResponseError);
			const {message, data, category = '', correlationId = ''} = error as ResponseError;
			expect(message.length + category.length + correlationId.length).toBeLessThan(5000);
			expect(JSON.stringify(data).length).toBeLessThan(200_000);
		}
	});

	test('codes behind a long message are read', async () => {
		const body = JSON.stringify({message: 'm'.repeat(2_000_000), policyName: 'DAILY'});
		const {error} = await walkWith(async () => new Response(body, {status: 429}));
		expect(error).toMatchObject({policyName: 'DAILY', attempts: 1});
	});

	test('one without an end is left', async () => {
		const chunk = new TextEncoder().encode('x'.repeat(1_000_000));
		let chunks = 0;
		let isCancelled = false;
		const body = new ReadableStream({
			pull(controller) {
				chunks++;
				controller.enqueue(chunk);
			},
			cancel() {
				isCancelled = true;
			},
		});
		const {error} = await walkWith(async () => new Response(body, {status: 400}));
		expect(error).toMatchObject({status: 400, attempts: 1});
		expect(chunks).toBeLessThan(8);
		expect(isCancelled).toBe(true);
	});
});
