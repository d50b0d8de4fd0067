import {describe, expect, test} from '@jest/globals';
import {type PaginateOptions, paginate} from '../lib/index.ts';

/** The first request that options make. */
async function requestOf(options: Partial<PaginateOptions> & object): Promise<Request> {
	const requests: Request[] = [];
	const fetch = async (request: Request) => {
		requests.push(request);
		return Response.json({results: []});
	};
	await Array.fromAsync(paginate({accessToken: 'secret-token', fetch, ...options} as PaginateOptions));
	return requests[0] as Request;
}

const queryOf = async (options: Partial<PaginateOptions> & object) =>
	[...new URL((await requestOf(options)).url).searchParams].map(([name, value]) => `${name}=${value}`);

describe('the request', () => {
	test('is a GET with the token, to the version that was asked for', async () => {
		const request = await requestOf({});
		expect(request.method).toBe('GET');
		expect(request.url).toBe('https://api.hubapi.com/conversations/v3/conversations/threads?limit=500');
		expect(request.headers.get('authorization')).toBe('Bearer secret-token');
		expect(request.headers.get('accept')).toBe('application/json');
		expect(request.redirect).toBe('manual');
		const dated = await requestOf({apiVersion: '2026-09', baseUrl: 'https://proxy.example/hubspot'});
		expect(dated.url).toBe(
			'https://proxy.example/hubspot/conversations/conversations/2026-09/threads?limit=500',
		);
	});

	test.each<[PaginateOptions | object, string[]]>([
		[{inboxId: 481939}, ['limit=500', 'inboxId=481939']],
		[{inboxId: '481939'}, ['limit=500', 'inboxId=481939']],
		[
			{associatedContactId: 1401, threadStatus: 'OPEN', sort: '-id'},
			['associatedContactId=1401', 'threadStatus=OPEN', 'sort=-id', 'limit=500'],
		],
		[{associatedTicketId: '57774743'}, ['associatedTicketId=57774743', 'limit=500']],
		[{archived: true, association: 'TICKET'}, ['archived=true', 'association=TICKET', 'limit=500']],
		[{property: 'status'}, ['property=status', 'limit=500']],
		[{property: ['status', 'spam']}, ['property=status,spam', 'limit=500']],
		[
			{sort: 'latestMessageTimestamp', latestMessageTimestampAfter: new Date(1_700_000_000_123)},
			['sort=latestMessageTimestamp', 'latestMessageTimestampAfter=2023-11-14T22:13:20.123Z', 'limit=500'],
		],
		[
			{sort: 'latestMessageTimestamp', latestMessageTimestampAfter: '2026-01-01T02:00:00+02:00'},
			['sort=latestMessageTimestamp', 'latestMessageTimestampAfter=2026-01-01T00:00:00.000Z', 'limit=500'],
		],
		[{pageSize: 7, after: 'A'}, ['limit=7', 'after=A']],
		[{after: null, signal: undefined, inboxId: undefined}, ['limit=500']],
		[{inboxId: 1, searchParams: {sort: '-id', limit: '1000'}}, ['inboxId=1', 'sort=-id', 'limit=1000']],
		[
			{
				searchParams: [
					['inboxId', '1'],
					['inboxId', '2'],
				],
			},
			['limit=500', 'inboxId=1', 'inboxId=2'],
		],
		[{searchParams: new URLSearchParams('new=1')}, ['limit=500', 'new=1']],
	])('%j sends %j', async (options, query) => {
		expect(await queryOf(options)).toEqual(query);
	});
});

describe('what HubSpot refuses or ignores is refused at the call, by name', () => {
	const contact = {associatedContactId: 1, threadStatus: 'OPEN'};
	test.each<[object, RegExp]>([
		[{...contact, inboxId: 1}, /`associatedContactId` cannot go with `inboxId`/],
		[{associatedContactId: 1}, /`associatedContactId` requires `threadStatus`/],
		[{sort: '-id'}, /`sort` can be descending only with `associatedContactId`/],
		[
			{sort: 'latestMessageTimestamp'},
			/`sort` by `latestMessageTimestamp` requires `latestMessageTimestampAfter`/,
		],
		[{...contact, sort: '-latestMessageTimestamp'}, /`sort` by .* requires `latestMessageTimestampAfter`/],
		[{latestMessageTimestampAfter: new Date()}, /`latestMessageTimestampAfter` requires `sort:/],
		[{sort: 'id', latestMessageTimestampAfter: new Date()}, /`latestMessageTimestampAfter` requires `sort:/],
		[{sort: 'createdAt'}, /`sort` must be 'id' or/],
		[{threadStatus: 'open'}, /`threadStatus` must be 'OPEN' or 'CLOSED'/],
		[{association: 'CONTACT'}, /`association` must be 'TICKET'/],
		[{archived: 'true'}, /`archived` must be true or false/],
		[{property: []}, /`property` must be/],
		[{property: ['status', '']}, /`property` must be/],
		[{inboxId: []}, /`inboxId` must name at least one inbox/],
		[{inboxId: [1, '1']}, /`inboxId` must name each inbox once/],
		[{inboxId: 'main'}, /`inboxId` must be one of HubSpot's ids/],
		[{inboxId: 1.5}, /`inboxId` must be one of HubSpot's ids/],
		[{inboxId: [[1]]}, /`inboxId` must be one of HubSpot's ids/],
		[{inboxId: null}, /`inboxId` must be one of HubSpot's ids/],
		[{associatedTicketId: ''}, /`associatedTicketId` must be/],
		[{searchParams: {after: 'A'}}, /`searchParams` must not hold `after`/],
		[{after: ''}, /`after` must be a cursor/],
		[{after: 7}, /`after` must be a cursor/],
		[{pageSize: 0}, /`pageSize` must be a whole number from 1 to 500/],
		[{pageSize: 501}, /`pageSize` must be/],
		[{pageSize: 1.5}, /`pageSize` must be/],
		[{pageSize: '10'}, /`pageSize` must be/],
		[{maxItems: -1}, /`maxItems` must be a whole number of at least 0/],
		[{maxPages: Number.NaN}, /`maxPages` must be/],
		[{readAhead: -1}, /`readAhead` must be/],
		[{readAhead: Number.POSITIVE_INFINITY}, /`readAhead` must be a whole number from 0 to 100/],
		[{retry: {minTimeout: 2, maxTimeout: 1}}, /`retry.minTimeout` must not be above `retry.maxTimeout`/],
		[{inboxId: [1, 2], searchParams: {inboxId: '3'}}, /`searchParams` must not hold `inboxId`/],
		[
			{threadStatus: 'OPEN', searchParams: [['threadStatus', 'CLOSED']]},
			/`searchParams` must not hold `threadStatus`/,
		],
		[{sort: 'id', searchParams: new URLSearchParams('sort=-id')}, /`searchParams` must not hold `sort`/],
		[
			{pageSize: 5, searchParams: {limit: '7'}},
			/`searchParams` must not hold `limit`: it would replace the option `pageSize`/,
		],
		[
			{maxItems: 5, searchParams: {limit: '7'}},
			/`searchParams` must not hold `limit`: it would replace the option `maxItems`/,
		],
		[{searchParams: null}, /`searchParams` must be a URLSearchParams/],
		[{searchParams: 'inboxId=1'}, /`searchParams` must be a URLSearchParams/],
		[{searchParams: {inboxId: undefined}}, /`searchParams` must be a URLSearchParams/],
		[{searchParams: [['inboxId']]}, /`searchParams` must be a URLSearchParams/],
		[{timeout: 0}, /`timeout` must be/],
		[{timeout: 2 ** 31}, /`timeout` must be/],
		[{timeout: Number.POSITIVE_INFINITY}, /`timeout` must be/],
		[{retry: {retries: -1}}, /`retry.retries` must be/],
		[{retry: {factor: 0}}, /`retry.factor` must be/],
		[{retry: {randomize: 1}}, /`retry.randomize` must be/],
		[{retry: {minTimeout: '1'}}, /`retry.minTimeout` must be/],
		[{retry: {attempts: 1}}, /`attempts` is not an option; the options are `retries`/],
		[{throttle: {limit: 0}}, /`throttle.limit` must be/],
		[{throttle: {limit: 1, interval: 0.5}}, /`throttle.interval` must be/],
		[{throttle: {rate: 1}}, /`rate` is not an option/],
		[{throttle: {acquire: 1}}, /`throttle.acquire` must be a function/],
		[{throttle: {acquire() {}}}, /`throttle.pause` must be a function/],
		[{throttle: 5}, /`throttle` must be/],
		[{signal: 'stop'}, /`signal` must be an AbortSignal/],
		[{fetch: 1}, /`fetch` must be a function/],
		[{onPage: 1}, /`onPage` must be a function/],
		[{onRetry: 1}, /`onRetry` must be a function/],
		[{onThrottle: 1}, /`onThrottle` must be a function/],
		[{schema: {}}, /`schema` must be a Standard Schema/],
		[{apiVersion: 'v4'}, /`apiVersion` must be 'v3' or '2026-09'/],
		[{baseUrl: 'hubspot'}, /`baseUrl` must be a URL/],
		[{baseUrl: 7}, /`baseUrl` must be a URL/],
		[{baseUrl: 'ftp://api.hubapi.com'}, /`baseUrl` must begin with https:/],
		[{baseUrl: 'https://user:pass@api.hubapi.com'}, /`baseUrl` must not hold a user/],
		[{inboxID: 481939}, /`inboxID` is not an option; the options are `accessToken`/],
		...['0', 'yesterday', '2026-01-01T00:00:00', '2026-13-01', 0, new Date(0), new Date('x')].map(
			(bound): [object, RegExp] => [
				{sort: 'latestMessageTimestamp', latestMessageTimestampAfter: bound},
				/`latestMessageTimestampAfter` must be a Date or an ISO string with its time zone/,
			],
		),
	])('%j', (options, message) => {
		const call = () => paginate({accessToken: 'token', ...options} as PaginateOptions);
		expect(call).toThrow(TypeError);
		expect(call).toThrow(message);
	});

	test.each([undefined, null, 5])('%j instead of options', options => {
		expect(() => paginate(options as unknown as PaginateOptions)).toThrow(
			new TypeError('Expected an object with options, such as {accessToken}'),
		);
	});
});
