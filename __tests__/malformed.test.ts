import {describe, expect, test} from '@jest/globals';
import {z} from 'zod';
import {MalformedPageError, type PaginateOptions, paginate} from '../lib/index.ts';
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
		['', 'the body is empty'],
		['  \n', 'the body is empty'],
		['<!doctype html><h1>Login</h1>', 'the body is not JSON, it begins "<!doctype html><h1>Login</h1>"'],
		[`<p>${'x'.repeat(200)}`, `the body is not JSON, it begins "<p>${'x'.repeat(77)}"`],
		['<p>secret-token', 'the body is not JSON, it begins "<p>[access token]"'],
		['{results: []}', 'the body is not JSON, it begins "{results: []}"'],
	])('%j', async (body, found) => {
		const {items, error} = await walk(body);
		expect(items).toEqual([]);
		expect(error).toBeInstanceOf(MalformedPageError);
		expect((error as Error).message).toBe(`HubSpot's answer is not a page: ${found}`);
		expect(error).toMatchObject({attempts: 1, resume: {after: null}});
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
