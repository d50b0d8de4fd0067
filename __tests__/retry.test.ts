import {afterEach, beforeEach, describe, expect, jest, test} from '@jest/globals';
import {
	createThrottle,
	MalformedPageError,
	type PaginateOptions,
	paginate,
	RateLimitError,
	RequestError,
	ResponseError,
	type RetryEvent,
	sync,
} from '../lib/index.ts';
import {createSandbox, type Fault} from '../lib/sandbox/index.ts';
import {settle, start, useFakeClock} from './support/clock.ts';
import {collect} from './support/collect.ts';

beforeEach(useFakeClock);
afterEach(() => {
	jest.useRealTimers();
});

/** Walks two pages; the given faults hit the first requests. Times are milliseconds since its first request. */
async function walkWith(faults: Fault[], options: Partial<PaginateOptions> = {}) {
	const sandbox = createSandbox({threads: 8, faults: request => faults[request.number - 1]});
	jest.setSystemTime(start);
	const retries: RetryEvent[] = [];
	const walk = paginate({
		accessToken: sandbox.accessToken,
		fetch: sandbox.fetch,
		pageSize: 5,
		readAhead: 0,
		...options,
		retry: {randomize: false, ...options.retry},
		onRetry: event => retries.push(event),
	} as PaginateOptions);
	const {items, error} = await settle(collect(walk));
	return {
		items,
		error: error as ResponseError,
		times: sandbox.requests.map(({time}) => time - start),
		retries,
	};
}

describe('promise 7: what is retried', () => {
	test.each([
		408, 423, 429, 477, 500, 502, 503, 504, 507, 509, 512, 520, 521, 522, 523, 524, 525, 526, 527, 530, 561,
		598, 599,
	])('%i is', async status => {
		const {items, times, error} = await walkWith([{status}]);
		expect(error).toBeUndefined();
		expect(items).toHaveLength(8);
		expect(times).toHaveLength(3);
	});

	test.each([
		300, 302, 304, 400, 401, 402, 403, 404, 405, 409, 410, 414, 422, 431, 451, 501, 505, 506, 508, 510, 511,
	])('%i is not', async status => {
		const {times, error} = await walkWith([{status, body: status === 304 ? '' : undefined} as Fault]);
		expect(times).toEqual([0]);
		expect(error).toBeInstanceOf(ResponseError);
		expect(error).toMatchObject({status, attempts: 1});
	});

	test.each<[string, Fault]>([
		['a reset connection', {reset: true}],
		['a cut body', {cut: true}],
		['a stall before the headers', {stall: 'headers'}],
		['a stall in the body', {stall: 'body'}],
		['JSON that stops in the middle', {body: '{"results":[{"id":"1"},{"i'}],
	])('%s is', async (_, fault) => {
		const {items, times, error} = await walkWith([fault], {timeout: 1000});
		expect(error).toBeUndefined();
		expect(items).toHaveLength(8);
		expect(times).toHaveLength(3);
	});

	test('a timeout covers headers and body together, for each attempt', async () => {
		const {error, times} = await walkWith(Array(6).fill({stall: 'body', latency: 700}), {timeout: 1000});
		expect(error).toBeInstanceOf(RequestError);
		expect(error.message).toBe('HubSpot did not answer within 1000 ms');
		expect(error.attempts).toBe(6);
		expect(times).toEqual([0, 1500, 3500, 6500, 11_500, 20_500]);
	});

	test('a daily limit is not', async () => {
		const bodies = [
			{policyName: 'DAILY', message: 'You have reached your daily limit.'},
			{message: 'You have reached your daily limit.'},
			'You have reached your daily limit.',
		];
		for (const body of bodies) {
			const {error, times} = await walkWith([{status: 429, body}]);
			expect(times).toEqual([0]);
			expect(error).toBeInstanceOf(RateLimitError);
			expect(error).toMatchObject({policyName: 'DAILY', retryAt: undefined, attempts: 1});
		}
	});

	test('a malformed page is not', async () => {
		const {error, times} = await walkWith([{body: {results: 5}}]);
		expect(times).toEqual([0]);
		expect(error).toBeInstanceOf(MalformedPageError);
	});
});

describe('promise 7: how long it waits', () => {
	test('p-retry’s delays, up to its retries', async () => {
		const {error, times, retries} = await walkWith(Array(6).fill({status: 500}));
		expect(times).toEqual([0, 500, 1500, 3500, 7500, 15_500]);
		expect(retries.map(({attempt, delay}) => [attempt, delay])).toEqual([
			[1, 500],
			[2, 1000],
			[3, 2000],
			[4, 4000],
			[5, 8000],
		]);
		expect(error).toMatchObject({status: 500, attempts: 6});
	});

	test('minTimeout, factor, maxTimeout and retries are p-retry’s', async () => {
		const retry = {retries: 3, minTimeout: 10, factor: 10, maxTimeout: 500};
		const {times} = await walkWith(Array(4).fill({status: 500}), {retry});
		expect(times).toEqual([0, 10, 110, 610]);
	});

	test('randomize stretches each delay, up to twice', async () => {
		const random = jest.spyOn(Math, 'random').mockReturnValue(0.5);
		const {times} = await walkWith([{status: 500}, {status: 500}], {retry: {randomize: true}});
		random.mockRestore();
		expect(times.slice(0, 3)).toEqual([0, 750, 2250]);
	});

	test('retries: 0 fails at once', async () => {
		const {error, times} = await walkWith([{status: 503}], {retry: {retries: 0}});
		expect(times).toEqual([0]);
		expect(error).toMatchObject({status: 503, attempts: 1});
	});

	test.each([
		['0', 500],
		['0.2', 500],
		['1', 1000],
		['7', 7000],
		['Thu, 01 Jan 2026 00:00:09 GMT', 9000],
		['Wed, 31 Dec 2025 23:59:00 GMT', 500],
		['NaN', 500],
		['soon', 500],
		['-5', 500],
		['Infinity', 500],
	])('Retry-After: %s is waited exactly, or our own delay if it is longer', async (retryAfter, wait) => {
		for (const status of [503, 500, 477]) {
			const {times, retries} = await walkWith([{status, headers: {'retry-after': retryAfter}}]);
			expect(times[1]).toBe(wait);
			expect(retries[0]?.delay).toBe(wait);
		}
	});

	test('Retry-After as a date is held against HubSpot’s clock, not ours', async () => {
		const headers = {date: 'Thu, 01 Jan 2026 01:00:00 GMT', 'retry-after': 'Thu, 01 Jan 2026 01:00:05 GMT'};
		const {times} = await walkWith([{status: 503, headers}]);
		expect(times[1]).toBe(4001 + 999);
	});

	test('Retry-After is waited each time, and does not lengthen the delays between', async () => {
		const asked: Fault = {status: 503, headers: {'retry-after': '3'}};
		const {times} = await walkWith([asked, {status: 500}, asked, {status: 500}]);
		expect(times.slice(0, 5)).toEqual([0, 3000, 3500, 6500, 7500]);
	});

	test('waits that HubSpot asks for count as retries', async () => {
		const {error, times} = await walkWith(Array(9).fill({status: 503, headers: {'retry-after': '1'}}));
		expect(times).toEqual([0, 1000, 2000, 3000, 4000, 5000]);
		expect(error.attempts).toBe(6);
	});

	test('waits that ask for none do not lead to a burst: each is our own delay', async () => {
		for (const retryAfter of ['0', 'Wed, 31 Dec 2025 23:59:00 GMT']) {
			const {times} = await walkWith(Array(6).fill({status: 503, headers: {'retry-after': retryAfter}}));
			expect(times).toEqual([0, 500, 1500, 3500, 7500, 15_500]);
		}
	});

	test.each(['0', '-5', 'soon', 'NaN', 'Wed, 31 Dec 2025 23:59:00 GMT'])(
		'a 429 with Retry-After: %s waits one interval, and so does who shares the throttle',
		async retryAfter => {
			const sandbox = createSandbox({
				threads: 8,
				faults: {2: {status: 429, headers: {'retry-after': retryAfter}}},
			});
			const {accessToken, fetch} = sandbox;
			jest.setSystemTime(start);
			const throttle = createThrottle();
			const walk = () => collect(paginate({accessToken, fetch, throttle, pageSize: 5, readAhead: 0}));
			await settle(Promise.all([walk(), walk()]));
			const times = sandbox.requests.map(({time}) => time - start);
			expect(times.slice(0, 2)).toEqual([0, 0]);
			expect(times.slice(2).every(time => time >= 10_000)).toBe(true);
		},
	);

	test('423 waits two seconds at least', async () => {
		const {times} = await walkWith(Array(4).fill({status: 423}));
		expect(times.slice(0, 5)).toEqual([0, 2000, 4000, 6000, 10_000]);
	});

	test('a burst 429 waits one interval, as HubSpot gives it, or Retry-After', async () => {
		expect((await walkWith([{status: 429}])).times[1]).toBe(10_000);
		const headers = {'x-hubspot-ratelimit-interval-milliseconds': '4000'};
		expect((await walkWith([{status: 429, headers}])).times[1]).toBe(4000);
		expect((await walkWith([{status: 429, headers: {'retry-after': '2'}}])).times[1]).toBe(2000);
	});

	test('a wait beyond maxWait fails at once and says until when', async () => {
		const headers = {'retry-after': '3600'};
		for (const status of [429, 477]) {
			const {error, times} = await walkWith([{status, headers}]);
			expect(times).toEqual([0]);
			expect(error).toMatchObject({status, retryAt: new Date(start + 3_600_000), attempts: 1});
		}

		const {times} = await walkWith([{status: 477, headers}], {retry: {maxWait: 3_600_000}});
		expect(times[1]).toBe(3_600_000);
	});
});

describe('promise 7: real bodies', () => {
	test.each<[string, number, unknown, object, RegExp]>([
		[
			'a scope is missing',
			403,
			{
				status: 'error',
				category: 'MISSING_SCOPES',
				message: 'This app lacks scopes.',
				correlationId: 'c-1',
				errors: [{message: 'needed', context: {requiredGranularScopes: ['conversations.read']}}],
			},
			{category: 'MISSING_SCOPES', correlationId: 'c-1'},
			/^HubSpot answered 403 MISSING_SCOPES: This app lacks scopes\. Give the app these scopes: conversations\.read\.$/,
		],
		[
			'only a subCategory',
			400,
			{subCategory: 'ConversationsApiError.UNPARSEABLE_TOKEN'},
			{category: undefined, subCategory: 'ConversationsApiError.UNPARSEABLE_TOKEN'},
			/cannot read the cursor: start again without `after`/,
		],
		[
			'HTML',
			404,
			'<html><style>p{}</style><h1>Not  here</h1></html>',
			{category: undefined},
			/^HubSpot answered 404: Not here$/,
		],
		['empty', 400, '', {data: ''}, /^HubSpot answered 400$/],
		[
			'string errors',
			403,
			{errors: ['a', 'b'], message: 'No'},
			{data: {errors: ['a', 'b'], message: 'No'}},
			/403: No$/,
		],
		['no context', 403, {errors: [{}]}, {}, /403$/],
		['an array', 400, [1], {data: [1]}, /^HubSpot answered 400$/],
		['null', 400, 'null', {data: null}, /^HubSpot answered 400$/],
		[
			'fields of other types',
			400,
			{category: 5, message: {a: 1}},
			{category: undefined},
			/^HubSpot answered 400$/,
		],
	])('%s', async (_, status, body, fields, message) => {
		const {error} = await walkWith([{status, body}]);
		expect(error).toBeInstanceOf(ResponseError);
		expect(error).toMatchObject({status, ...fields});
		expect(error.message).toMatch(message);
	});

	test.each<[unknown, string | undefined]>([
		[{policyName: 'TEN_SECONDLY_ROLLING', errorType: 'RATE_LIMIT'}, 'TEN_SECONDLY_ROLLING'],
		[{policyName: 'SECONDLY'}, 'SECONDLY'],
		[{category: 'RATE_LIMITS'}, undefined],
		[{errorType: 'RATE_LIMIT'}, undefined],
		['<h1>Too many requests</h1>', undefined],
		['', undefined],
	])('a burst 429 with %j', async (body, policyName) => {
		const {error, times} = await walkWith(Array(2).fill({status: 429, body}), {retry: {retries: 1}});
		expect(times).toEqual([0, 10_000]);
		expect(error).toBeInstanceOf(RateLimitError);
		expect(error).toMatchObject({policyName, retryAt: new Date(start + 20_000)});
	});

	test('the correlation id comes from the header if the body has none', async () => {
		const {error} = await walkWith([{status: 400, body: '', headers: {'x-hubspot-correlation-id': 'c-2'}}]);
		expect(error.correlationId).toBe('c-2');
	});

	test('a redirect is not followed', async () => {
		const {error} = await walkWith([{status: 302, headers: {location: 'https://elsewhere.example/'}}]);
		expect(error.message).toMatch(/^HubSpot answered 302.* A redirect is not followed/);
	});
});

describe('the access token', () => {
	test('a function is asked before every attempt', async () => {
		const tokens: string[] = [];
		const sandbox = createSandbox({threads: 8, accessToken: () => true, faults: {1: {status: 503}}});
		const walk = paginate({
			fetch: sandbox.fetch,
			pageSize: 5,
			async accessToken({refresh}) {
				tokens.push(`token-${tokens.length}-${refresh}`);
				return tokens.at(-1) as string;
			},
		});
		await settle(collect(walk));
		expect(sandbox.requests.map(({headers}) => headers.get('authorization'))).toEqual([
			'Bearer token-0-false',
			'Bearer token-1-false',
			'Bearer token-2-false',
		]);
	});

	test('after a 401 it is asked once more, to refresh, and the attempt is repeated once', async () => {
		const asked: boolean[] = [];
		const sandbox = createSandbox({threads: 8, accessToken: token => token === 'fresh'});
		let token = 'stale';
		const options: PaginateOptions = {
			fetch: sandbox.fetch,
			pageSize: 5,
			retry: {retries: 0},
			accessToken({refresh}) {
				asked.push(refresh);
				token = refresh ? 'fresh' : token;
				return token;
			},
		};
		expect((await settle(collect(paginate(options)))).items).toHaveLength(8);
		expect(asked).toEqual([false, true, false]);
		expect(sandbox.requests.map(({status}) => status)).toEqual([401, 200, 200]);

		const refused = createSandbox({accessToken: () => false});
		asked.length = 0;
		const {error} = await settle(collect(paginate({...options, fetch: refused.fetch})));
		expect(asked).toEqual([false, true]);
		expect(error).toBeInstanceOf(ResponseError);
		expect(error).toMatchObject({status: 401, attempts: 2});
		expect((error as Error).message).toMatch(
			/Check that the access token is whole, not expired, and of this account/,
		);
	});

	test('is asked for once when several requests are refused, and is told which token it was', async () => {
		const asked: Array<string | undefined> = [];
		const stale = new Set<string>();
		const sandbox = createSandbox({
			threads: 4000,
			accessToken: token => !stale.has(token),
			latency: ({number}) => (number % 3) * 700,
		});
		let token = 'token-0';
		const run = sync({
			fetch: sandbox.fetch,
			pageSize: 50,
			accessToken({refresh, refusedToken}) {
				if (refresh) {
					asked.push(refusedToken);
					token = `token-${asked.length}`;
				}

				return token;
			},
			onPage({pages}) {
				if (pages === 10 || pages === 40) {
					stale.add(token);
				}
			},
		});
		const {error} = await settle(collect(run));
		expect(error).toBeUndefined();
		expect(sandbox.requests.filter(({status}) => status === 401).length).toBeGreaterThan(2);
		expect(asked).toEqual(['token-0', 'token-1']);
	});

	test('a function without a memory is asked again when what it gave is refused, too', async () => {
		const good = new Set(['b']);
		const asked: Array<string | undefined> = [];
		const answers = ['b', 'c'];
		const sandbox = createSandbox({threads: 20, accessToken: token => good.has(token)});
		const walk = paginate({
			fetch: sandbox.fetch,
			pageSize: 5,
			readAhead: 0,
			accessToken({refusedToken}) {
				if (refusedToken === undefined) {
					return 'a';
				}

				asked.push(refusedToken);
				return answers[asked.length - 1] as string;
			},
			onPage({pages}) {
				if (pages === 2) {
					good.clear();
					good.add('c');
				}
			},
		});
		const {items, error} = await settle(collect(walk));
		expect(error).toBeUndefined();
		expect(items).toHaveLength(20);
		expect(asked).toEqual(['a', 'b']);
	});

	test('a string is not asked again', async () => {
		const {error, times} = await walkWith([], {accessToken: 'garbage'});
		expect(times).toEqual([0]);
		expect(error).toMatchObject({status: 401, category: 'EXPIRED_AUTHENTICATION', attempts: 1});
	});

	test.each([undefined, '', 'two words', 'line\nbreak', 5])(
		'a function that gives %j is an error that can be resumed',
		async token => {
			const {error, times} = await walkWith([], {accessToken: (() => token) as () => string});
			expect(times).toEqual([]);
			expect(error.message).toBe('The `accessToken` function gave no token without spaces or line breaks');
			expect(error.resume).toEqual({after: null});
		},
	);
});
