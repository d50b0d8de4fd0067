import {inspect} from 'node:util';
import {afterEach, beforeEach, expect, jest, test} from '@jest/globals';
import fc from 'fast-check';
import {PaginationError, paginate, type Resume} from '../lib/index.ts';
import {settle, useFakeClock} from './support/clock.ts';
import {collect} from './support/collect.ts';

const rejections: unknown[] = [];
const onRejection = (reason: unknown) => rejections.push(reason);
beforeEach(() => {
	process.on('unhandledRejection', onRejection);
	useFakeClock();
});
afterEach(() => {
	jest.useRealTimers();
	process.off('unhandledRejection', onRejection);
	expect(rejections.splice(0)).toEqual([]);
});

const tokens = ['pat-na1-first-secret', 'pat-na1-second-secret'];
const ids = Array.from({length: 12}, (_, index) => String(index + 1));
const limit = 4;
const interval = 2000;

/** What a server can send instead of a page, with what it should and should not. */
const words = fc.constantFrom(
	...tokens,
	'<script',
	'{',
	'}',
	'[',
	'"',
	'daily',
	' ',
	'\n',
	'null',
	'\uFFFD',
	'<b>no</b>',
);
const text = fc.oneof(
	fc.array(words, {maxLength: 6}).map(parts => parts.join('')),
	fc.string({maxLength: 20}),
);
const field = fc.oneof(text, fc.constant('error'), fc.jsonValue({maxDepth: 2}));
const object = fc.dictionary(
	fc.constantFrom(
		'status',
		'message',
		'category',
		'subCategory',
		'correlationId',
		'policyName',
		'errors',
		'paging',
		'id',
	),
	field,
);
const bodies = fc.oneof(
	text,
	object.map(value => JSON.stringify(value)),
	fc.json({maxDepth: 2}),
);
const status = fc.oneof(
	fc.constantFrom(200, 200, 204, 301, 400, 401, 403, 408, 423, 429, 429, 477, 500, 501, 503, 525, 599),
	fc.integer({min: 200, max: 599}),
);
const seconds = fc.oneof(
	fc.constantFrom(
		'0',
		'-1',
		'NaN',
		'0.01',
		'3',
		'1e9',
		'999999999999',
		'soon',
		'Wed, 31 Dec 2025 23:59:00 GMT',
		'Thu, 01 Jan 2026 00:00:09 GMT',
	),
	fc.nat(30).map(String),
);
const headers = fc.dictionary(
	fc.constantFrom(
		'retry-after',
		'date',
		'x-hubspot-ratelimit-max',
		'x-hubspot-ratelimit-interval-milliseconds',
		'x-hubspot-correlation-id',
	),
	seconds,
);
const broken = fc.record({
	status,
	body: bodies,
	headers,
	how: fc.constantFrom('answer', 'answer', 'answer', 'throw', 'cut', 'hang', 'late'),
});
const script = fc.array(fc.option(broken, {freq: 2}), {maxLength: 25});

test('whatever a server sends: a walk ends, resumes lead to all, none is lost or invented, no token is told', async () => {
	let runs = 0;
	await fc.assert(
		fc.asyncProperty(script, fc.nat(2), async (answers, readAhead) => {
			runs++;
			const times: number[] = [];
			const fetch = async (request: Request): Promise<Response> => {
				const answer = answers[times.length];
				times.push(Date.now());
				const after = Number(new URL(request.url).searchParams.get('after') ?? 0);
				const good = Response.json({
					results: ids.slice(after, after + 3).map(id => ({id})),
					...(after + 3 < ids.length && {paging: {next: {after: String(after + 3)}}}),
				});
				if (!answer) {
					return good;
				}

				if (answer.how === 'throw') {
					throw Object.assign(new Error(`${request.headers.get('authorization')} ${answer.body}`), {request});
				}

				if (answer.how === 'hang') {
					return new Promise(() => {});
				}

				if (answer.how === 'late') {
					await new Promise(resolve => setTimeout(resolve, 900));
					return good;
				}

				const whole = answer.how === 'cut' ? answer.body.slice(0, -1) : answer.body;
				const isEmpty = [204, 205, 304].includes(answer.status);
				return new Response(isEmpty ? null : whole, {status: answer.status, headers: answer.headers});
			};
			let asked = 0;
			const given = new Set<string>();
			const options = {
				accessToken() {
					const token = tokens[asked++ % 2] as string;
					given.add(token);
					return token;
				},
				fetch,
				readAhead,
				timeout: 1000,
				throttle: {limit, interval},
				retry: {retries: 2, minTimeout: 10, randomize: false},
			};
			const seen: string[] = [];
			let resume: Resume = {};
			for (let run = 0; ; run++) {
				// Each run uses up an answer at least, so that it comes to the end of them.
				expect(run).toBeLessThanOrEqual(answers.length);
				given.clear();
				const {items, error} = await settle(collect(paginate({...options, ...resume})));
				seen.push(...items.map(({id}) => id));
				if (error === undefined) {
					break;
				}

				expect(error).toBeInstanceOf(PaginationError);
				const printed = inspect(error, {depth: 20, showHidden: true, getters: true}) + JSON.stringify(error);
				for (const token of given) {
					expect(printed).not.toContain(token);
				}

				if ((error as PaginationError).resume.after === null) {
					// The first page failed, or HubSpot could not read the cursor: it starts over.
					seen.length = 0;
				}

				resume = JSON.parse(JSON.stringify((error as PaginationError).resume));
				await jest.advanceTimersByTimeAsync(interval);
			}

			expect(seen).toEqual(ids);
			expect(jest.getTimerCount()).toBe(0);
			for (let index = limit; index < times.length; index++) {
				expect((times[index] as number) - (times[index - limit] as number)).toBeGreaterThanOrEqual(interval);
			}
		}),
		{numRuns: 500, interruptAfterTimeLimit: 25_000, markInterruptAsFailure: false},
	);
	expect(runs).toBeGreaterThan(20);
}, 60_000);
