import {describe, expect, test} from '@jest/globals';
import {z} from 'zod';
import {
	MalformedPageError,
	type PaginateOptions,
	paginate,
	RequestError,
	type RetryEvent,
} from '../lib/index.ts';
import {collect} from './support/collect.ts';

const answer = (body: unknown) => async () =>
	typeof body === 'string' ? new Response(body) : Response.json(body);
const walk = (body: unknown, options: Partial<PaginateOptions> = {}) =>
	collect(paginate({accessToken: 'secret-token', fetch: answer(body), ...options} as PaginateOptions));

describe('promise 9: what is not a page is refused whole', () => {
	test.each<[unknown, string]>([
		[{}, '`results` is missing, not an array'],
		[{results: null}, '`results` is null, not an array'],
		[{results: {}}, '`results` is an object, not an array'],
		[{results: 'none'}, '`results` is a string, not an array'],
		[[], 'it is an array, not an object'],
		['null', 'it is null, not an object'],
		['5', 'it is a number, not an object'],
		[{results: [{id: '1'}, {}]}, '`results[1].id` is missing, not a string'],
		[{results: [{id: '1'}, {id: 2}]}, '`results[1].id` is a number, not a string'],
		[{results: [{id: null}]}, '`results[0].id` is null, not a string'],
		[{results: [{id: '1'}, null]}, '`results[1]` is null, not an object'],
		[{results: ['1']}, '`results[0]` is a string, not an object'],
		[{results: [[]]}, '`results[0]` is an array, not an object'],
		[{results: [{id: '1'}], paging: 'next'}, '`paging` is a string, not an object'],
		[{results: [{id: '1'}], paging: {next: []}}, '`paging.next` is an array, not an object'],
		[{results: [{id: '1'}], paging: {next: {after: 7}}}, '`paging.next.after` is a number, not a string'],
	])('%j', async (body, found) => {
		const {items, error} = await walk(body);
		expect(items).toEqual([]);
		expect(error).toBeInstanceOf(MalformedPageError);
		expect((error as Error).message).toBe(`HubSpot's answer is not a page: ${found}`);
		expect(error).toMatchObject({attempts: 1, resume: {after: null}});
	});

	test.each<[string, () => Response, string]>([
		['an empty body', () => new Response(''), 'it is empty'],
		['204', () => new Response(null, {status: 204}), 'it is empty'],
		['white space', () => new Response('  \n'), 'it is empty'],
		['HTML', () => new Response('<!doctype html><h1>Login'), 'it begins "<!doctype html><h1>Login"'],
		['much HTML', () => new Response(`<p>${'x'.repeat(200)}`), `it begins "<p>${'x'.repeat(77)}"`],
		['HTML with the token', () => new Response('<p>secret-token'), 'it begins "<p>[access token]"'],
		['what is nearly JSON', () => new Response('{results: []}'), 'it stops after 13 characters'],
		['a cut behind a }', () => new Response('{"results":[{"id":"1"}'), 'it stops after 22 characters'],
		[
			'a cut within a }',
			() => new Response('{"results":[{"id":"1"}],"paging":{}'),
			'it stops after 35 characters',
		],
	])('what is not whole JSON is asked for again: %s', async (_, bad, found) => {
		const events: RetryEvent[] = [];
		const answers = [bad(), Response.json({results: [{id: '1'}]})];
		const {items, error} = await walk(undefined, {
			fetch: async () => answers.shift() as Response,
			retry: {minTimeout: 1},
			onRetry: event => events.push(event),
		});
		expect(error).toBeUndefined();
		expect(items).toEqual([{id: '1'}]);
		expect(events.map(({error}) => error.message)).toEqual([`HubSpot's answer is not whole JSON: ${found}`]);
		expect(events[0]?.error).toBeInstanceOf(RequestError);
	});

	test.each<[unknown, string, string | undefined]>([
		[{status: 'error', message: 'm', correlationId: 'c'}, 'm (correlation id c)', 'c'],
		[{status: 'error', message: 'm secret-token'}, 'm [access token]', undefined],
		[{message: 'm', correlationId: 'c'}, 'm (correlation id c)', 'c'],
		[{status: 'error', results: [{id: '1'}], message: 'm'}, 'm', undefined],
		[
			{results: [{id: '1'}], errors: [{message: 'in part'}], correlationId: 'c'},
			'in part (correlation id c)',
			'c',
		],
		[{results: [{id: '1'}], errors: ['in part']}, 'in part', undefined],
		[{results: [], numErrors: 1}, 'without a message', undefined],
		[{errors: [{}]}, 'without a message', undefined],
		[{status: 'error', message: 'x'.repeat(2_000_000)}, `${'x'.repeat(1000)}…`, undefined],
	])('an error inside a 200 is told at once: %j', async (body, said, correlationId) => {
		const {items, error} = await walk(body);
		expect(items).toEqual([]);
		expect(error).toBeInstanceOf(MalformedPageError);
		expect((error as Error).message).toBe(`HubSpot answered 200 with an error: ${said}`);
		expect((error as MalformedPageError).correlationId).toBe(correlationId);
		expect(error).toMatchObject({attempts: 1, resume: {after: null}});
	});

	test('no errors beside `results` are none', async () => {
		for (const errors of [[], null, {}]) {
			const body = {results: [{id: '1'}], status: 'COMPLETE', errors, numErrors: 0};
			expect(await walk(body)).toEqual({items: [{id: '1'}]});
		}
	});

	test('unknown fields and values pass through untouched, null optional fields do not fail', async () => {
		const results = [
			{id: '1', status: 'SNOOZED', newField: {deep: [1, null]}, closedAt: null, threadAssociations: null},
			{id: '2'},
		];
		expect(await walk({results, total: 2, unknown: true})).toEqual({items: results});
	});
});

describe('schema', () => {
	const body = {
		results: [
			{id: '1', status: 'OPEN', createdAt: '2026-01-01T00:00:00Z'},
			{id: '2', status: 'SNOOZED'},
		],
	};

	test('validates, transforms and types what is yielded', async () => {
		const schema = z.object({id: z.string().transform(Number), createdAt: z.string().default('never')});
		const {items} = await collect(paginate({accessToken: 'token', fetch: answer(body), schema}));
		const ids: number[] = items.map(({id}) => id);
		expect(ids).toEqual([1, 2]);
		expect(items[1]).toEqual({id: 2, createdAt: 'never'});
	});

	test('an asynchronous one is waited for', async () => {
		const schema = z.object({id: z.string()}).transform(async ({id}) => id);
		expect((await collect(paginate({accessToken: 'token', fetch: answer(body), schema}))).items).toEqual([
			'1',
			'2',
		]);
	});

	test('a thread that does not pass is a MalformedPageError that says which and where', async () => {
		const schema = z.object({id: z.string(), status: z.enum(['OPEN', 'CLOSED'])});
		const {items, error} = await collect(paginate({accessToken: 'token', fetch: answer(body), schema}));
		expect(items).toEqual([]);
		expect(error).toBeInstanceOf(MalformedPageError);
		expect((error as Error).message).toMatch(
			/^Thread 2 does not pass the `schema`: `status`: Invalid option/,
		);
		expect(error).toMatchObject({attempts: 1, resume: {after: null}});
	});
});
