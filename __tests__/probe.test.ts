import {afterEach, beforeAll, beforeEach, describe, expect, jest, test} from '@jest/globals';
import fc from 'fast-check';
import {askAboutEncoding} from '../examples/probe/cursor.ts';
import {probe} from '../examples/probe/report.ts';
import type {Thread} from '../lib/index.ts';
import {
	createSandbox,
	type Fault,
	type Sandbox,
	type SandboxOptions,
	startSandbox,
} from '../lib/sandbox/index.ts';
import {settle, useFakeClock} from './support/clock.ts';
import {runExample} from './support/run-example.ts';

const names = [
	'inclusive',
	'milliseconds',
	'cursor by id',
	'cursor by time',
	'encoded',
	'limit 501',
	'message-less by id',
	'message-less by time',
	'archived',
	'status',
	'closing',
	'assigning',
	'moving',
	'comment',
	'messages 501',
	'order',
	'archived by id',
	'archived by id, as such',
	'absent by id',
	'path of the OpenAPI file',
	'path of the guide',
	'remaining',
	'Retry-After',
] as const;
type Answers = Readonly<Record<(typeof names)[number], string>>;

const unknown = expect.stringMatching(/^cannot tell from this account, because ./);

/** The answers of a report, each with its reason. */
function parse(report: string): Answers {
	const rows = [...report.matchAll(/^\| .+? \| \*\*(.+?)\*\*(, because .+) \|$/gm)];
	expect(rows).toHaveLength(names.length);
	return Object.fromEntries(
		rows.map(([, answer, because], index) => [names[index], `${answer}${because}`]),
	) as Answers;
}

interface Variant extends SandboxOptions {
	/** What HubSpot takes a request for. */
	readonly rewrite?: (parameters: URLSearchParams) => void;
	readonly respond?: (request: Request, fetch: Sandbox['fetch']) => Promise<Response>;
	readonly prepare?: (sandbox: Sandbox) => void;
}

async function ask({rewrite, respond, prepare, ...options}: Variant = {}) {
	const sandbox = createSandbox({threads: 2000, messageless: 0.05, archived: 0.1, latency: 100, ...options});
	prepare?.(sandbox);
	const fetch = (request: Request) => {
		const url = new URL(request.url);
		rewrite?.(url.searchParams);
		const rewritten = new Request(url, request);
		return respond ? respond(rewritten, sandbox.fetch) : sandbox.fetch(rewritten);
	};
	const report = await settle(probe({accessToken: sandbox.accessToken, fetch}));
	const {requests} = sandbox;
	if (!respond) {
		expect(report).toContain(` with ${requests.length} requests.`);
		expect(requests.length).toBeLessThanOrEqual(30);
	}

	// Nothing that could be an id, a time, a cursor or the token.
	expect(report.replace('2026-01-01', '').replaceAll('/2026-09/', '')).not.toMatch(
		/\d{5}|\d{4}-\d\d|\+\/|%2B/,
	);
	expect(report).not.toContain(sandbox.accessToken);
	return parse(report);
}

const usual = {
	inclusive: 'inclusive, because a thread exactly at the bound was listed',
	milliseconds: 'yes, because one millisecond decided whether a thread was listed',
	'cursor by id': expect.stringMatching(
		/^keyset, .+; an offset that is counted before the filter would do so/,
	),
	'cursor by time': 'keyset, because in a shorter list it went on after the same thread',
	encoded: expect.stringMatching(/^yes, .+ decoded, they look like base64$/),
	'limit 501': 'an error, because HubSpot answered 400 VALIDATION_ERROR',
	closing: expect.stringMatching(/^no, because \d+ of \d+ closed threads/),
	assigning: unknown,
	'message-less by id': expect.stringMatching(/^yes, because \d+ of 1000 threads had none$/),
	'message-less by time': expect.stringMatching(/^no, because none was at the start/),
	archived: expect.stringMatching(
		/^yes, because \d+ archived threads came in the order of their timestamps$/,
	),
	status: expect.stringMatching(/^yes, because 100 of 100 threads were closed, /),
	moving: unknown,
	comment: unknown,
	'messages 501': 'an error, because HubSpot answered 400 VALIDATION_ERROR',
	order: 'not seen, because 1000 rows were in order',
	'archived by id': 'an error, because HubSpot answered 404 OBJECT_NOT_FOUND',
	'archived by id, as such': 'the thread, because its `archived` was true',
	'absent by id': 'an error, because HubSpot answered 404 OBJECT_NOT_FOUND',
	'path of the OpenAPI file': 'a page, because it had `results`',
	'path of the guide': 'an error, because HubSpot answered 404',
	remaining: 'yes, because each of our requests counted for one interval',
	'Retry-After': expect.stringMatching(/^not seen, because none of 28 requests/),
};

/** Threads with latest messages a minute apart, each so many milliseconds after its second. */
const minutely = (count: number, milliseconds: (index: number) => number, more: Partial<Thread> = {}) =>
	[...createSandbox({threads: count, messageless: 0}).threads].map((thread, index) => {
		const time = Date.UTC(2025, 0, 1, 0, 0, 7) + index * 60_000;
		const latestMessageTimestamp = new Date(time + milliseconds(index)).toISOString();
		return {...thread, createdAt: new Date(time).toISOString(), latestMessageTimestamp, ...more};
	});

const withoutMessage = ({latestMessageTimestamp: _, ...thread}: Thread): Thread => thread;
const withWholeSecond = minutely(600, index => (index === 7 ? 0 : 500));
const withoutWholeSecond = minutely(600, () => 500);

const roundUp = (parameters: URLSearchParams) => {
	const bound = Date.parse(parameters.get('latestMessageTimestampAfter') ?? '');
	if (!Number.isNaN(bound)) {
		const rounded = new Date(Math.ceil(bound / 1000) * 1000);
		parameters.set('latestMessageTimestampAfter', rounded.toISOString());
	}
};

const when =
	(isRight: (parameters: URLSearchParams) => unknown, fault: Fault): NonNullable<SandboxOptions['faults']> =>
	({parameters}) =>
		isRight(parameters) ? fault : undefined;
const refusal = {status: 400, body: {category: 'VALIDATION_ERROR', message: 'Not 1234567'}};

/** Waits most of its time, for a limit in real time: it begins before the other tests. */
let command: ReturnType<typeof runExample>;
beforeAll(() => {
	command = runExample('probe');
});

beforeEach(() => {
	useFakeClock();
});

afterEach(() => {
	jest.useRealTimers();
});

test('the usual sandbox', async () => {
	expect(await ask()).toEqual(usual);
});

const bounds = ['inclusive', 'exclusive'] as const;
const variants: ReadonlyArray<readonly [name: string, Variant, Partial<Record<keyof Answers, unknown>>]> = [
	['an exclusive bound', {bound: 'exclusive'}, {inclusive: expect.stringMatching(/^exclusive, /)}],
	...bounds.flatMap(bound => [
		[
			`an ${bound} bound, rounded down to the second`,
			{bound, boundPrecision: 1000, threads: withWholeSecond},
			{
				inclusive: expect.stringMatching(`^${bound}, because a thread at a whole second`),
				milliseconds: expect.stringMatching(/^no, .+ a thread was listed all the same$/),
			},
		] as const,
		[
			`an ${bound} bound, rounded up to the second`,
			{bound, rewrite: roundUp, threads: withWholeSecond},
			{
				inclusive: expect.stringMatching(`^${bound}, because a thread at a whole second`),
				milliseconds: expect.stringMatching(/^no, .+ a thread was left out all the same$/),
			},
		] as const,
		[
			`an ${bound} bound, rounded down to the second, and no thread at one`,
			{bound, boundPrecision: 1000, threads: withoutWholeSecond},
			{
				inclusive: expect.stringMatching(/^cannot .+ no thread at a whole second was found$/),
				milliseconds: expect.stringMatching(/^no, /),
			},
		] as const,
		[
			`an ${bound} bound, rounded down to the hour`,
			{bound, boundPrecision: 3_600_000, threads: withWholeSecond},
			{
				inclusive: expect.stringMatching(/^cannot .+ the bound may be coarser than a second$/),
				milliseconds: expect.stringMatching(/^no, /),
			},
		] as const,
	]),
	[
		'threads at whole seconds only',
		{threads: minutely(600, () => 0)},
		{inclusive: unknown, milliseconds: unknown},
	],
	[
		'a bound that lists at random',
		{faults: when(parameters => parameters.get('limit') === '1', {size: 0})},
		{inclusive: unknown, milliseconds: unknown},
	],
	[
		'no list by timestamp',
		{faults: when(parameters => parameters.has('sort'), {status: 500})},
		Object.fromEntries(
			['inclusive', 'milliseconds', 'cursor by time', 'message-less by time', 'archived'].map(name => [
				name,
				'cannot tell from this account, because HubSpot answered 500 INTERNAL_ERROR',
			]),
		),
	],
	[
		'offset cursors',
		{cursor: 'offset'},
		{
			'cursor by id': expect.stringMatching(/^offset, /),
			'cursor by time': expect.stringMatching(/^offset, /),
		},
	],
	[
		'offset cursors that are counted before the filter',
		{
			cursor: 'offset',
			async respond(request, fetch) {
				const url = new URL(request.url);
				const {searchParams} = url;
				const [status, inboxId, limit] = ['threadStatus', 'inboxId', 'limit'].map(name =>
					searchParams.get(name),
				);
				if (searchParams.has('after') && (status || inboxId)) {
					searchParams.delete('threadStatus');
					searchParams.delete('inboxId');
					searchParams.set('limit', '500');
					const {results} = await (await fetch(new Request(url, request))).json();
					const matching = results.filter((thread: Thread) =>
						status ? thread.status === status : thread.inboxId === inboxId,
					);
					return Response.json({results: matching.slice(0, Number(limit))});
				}

				return fetch(request);
			},
		},
		{'cursor by time': expect.stringMatching(/^offset, /)},
	],
	[
		'cursors that carry their filter along',
		{
			rewrite(parameters) {
				if (parameters.has('after')) {
					parameters.delete('threadStatus');
					parameters.delete('inboxId');
				}
			},
		},
		{
			'cursor by id': expect.stringMatching(/^cannot .+ a cursor carries its own filter along$/),
			'cursor by time': expect.stringMatching(/^cannot .+ a cursor carries its own filter along$/),
		},
	],
	[
		'cursors of one list only',
		{
			faults: when(
				parameters =>
					parameters.has('after') && (parameters.has('threadStatus') || parameters.has('inboxId')),
				refusal,
			),
		},
		{
			'cursor by id': 'cannot tell from this account, because HubSpot answered 400 VALIDATION_ERROR',
			'cursor by time': 'cannot tell from this account, because HubSpot answered 400 VALIDATION_ERROR',
		},
	],
	[
		'a short page with a cursor',
		{faults: when(parameters => parameters.get('limit') === '10', {size: 3})},
		{
			'cursor by id': expect.stringMatching(/^cannot .+ a page came short, or the list changed meanwhile$/),
			'cursor by time': expect.stringMatching(/^cannot .+ a page came short, or the list changed meanwhile$/),
		},
	],
	[
		'threads of one status and one inbox',
		{threads: minutely(600, () => 500, {status: 'OPEN', inboxId: '1'})},
		{'cursor by id': unknown, 'cursor by time': unknown},
	],
	[
		'plain cursors',
		{encodedCursor: false},
		{encoded: expect.stringMatching(/^no, .+ they look like base64$/)},
	],
	[
		'no cursors',
		{threads: minutely(1, () => 500)},
		{encoded: 'cannot tell from this account, because no page had a cursor'},
	],
	['larger pages', {maxPageSize: 1000}, {'limit 501': '501 threads, because that many were on the page'}],
	[
		'pages that are cut',
		{
			rewrite(parameters) {
				if (parameters.get('limit') === '501') {
					parameters.set('limit', '100');
				}
			},
		},
		{'limit 501': expect.stringMatching(/^a page of 100 threads, /)},
	],
	['larger pages and too few threads', {maxPageSize: 1000, threads: 500}, {'limit 501': unknown}],
	[
		'a failure of limit=501',
		{faults: when(parameters => parameters.get('limit') === '501', {status: 503})},
		{'limit 501': 'cannot tell from this account, because HubSpot answered 503 INTERNAL_ERROR'},
	],
	[
		'closing that moves threads',
		{
			prepare({threads, update}) {
				for (const {id, closedAt} of threads) {
					if (closedAt) {
						update(id, {latestMessageTimestamp: closedAt});
					}
				}
			},
		},
		{closing: expect.stringMatching(/^it seems so, because (\d+) of \1 closed threads/)},
	],
	['no closed threads', {threads: minutely(600, () => 500, {status: 'OPEN'})}, {closing: unknown}],
	[
		'few closed threads',
		{
			threads: minutely(600, () => 500, {status: 'OPEN'}).map((thread, index) =>
				index < 9 ? {...thread, status: 'CLOSED', closedAt: thread.latestMessageTimestamp} : thread,
			),
		},
		{closing: unknown},
	],
	[
		'no message-less threads',
		{messageless: 0},
		{'message-less by id': unknown, 'message-less by time': unknown},
	],
	[
		'message-less threads in all lists',
		{listsMessageless: true},
		{'message-less by time': 'yes, because one was among the first'},
	],
	...([true, false] as const).map(
		listsMessageless =>
			[
				`a late message-less thread, ${listsMessageless ? 'listed' : 'not listed'} by time`,
				{
					listsMessageless,
					threads: withoutWholeSecond
						.concat(minutely(900, () => 500).slice(600))
						.map((thread, index) => (index === 700 ? withoutMessage(thread) : thread)),
				},
				{
					'message-less by id': expect.stringMatching(/^yes, because 1 of 900 /),
					'message-less by time': listsMessageless
						? 'yes, because one was where it was created'
						: expect.stringMatching(/^no, .+ not where it was created$/),
				},
			] as const,
	),
	[
		'a small account with message-less threads',
		{threads: 300},
		{'message-less by time': 'no, because the whole list has none of them'},
	],
	[
		'archived threads in the order of ids',
		{
			rewrite(parameters) {
				if (parameters.get('archived') === 'true') {
					parameters.delete('sort');
				}
			},
		},
		{archived: expect.stringMatching(/^no, .+ in the order of their ids$/)},
	],
	[
		'no sort of archived threads',
		{faults: when(parameters => parameters.has('archived'), refusal)},
		{archived: 'it is refused, because HubSpot answered 400 VALIDATION_ERROR'},
	],
	['no archived threads', {archived: 0}, {archived: expect.stringMatching(/^cannot .+ only 0 archived/)}],
	[
		'archived threads whose two orders agree',
		{threads: minutely(600, () => 500).map((thread, index) => ({...thread, archived: index < 9}))},
		{archived: expect.stringMatching(/^cannot .+ the same order by id and by timestamp$/)},
	],
	...(['assigning', 'moving', 'comment'] as const).flatMap(name =>
		([false, true] as const).map(
			isMoved =>
				[
					`${name}, ${isMoved ? 'which moves' : 'which does not move'} the thread`,
					{
						prepare({threads, assignThread, moveThread, update}: Sandbox) {
							for (const {id, latestMessageTimestamp, archived} of [...threads]) {
								const time = new Date(Date.parse(latestMessageTimestamp ?? '') + 60_000);
								if (latestMessageTimestamp && !archived) {
									name === 'moving' ? moveThread(id, '7', time) : assignThread(id, 'A-7', time);
									update(id, {
										closedAt: undefined as never,
										...(isMoved && {latestMessageTimestamp: time.toISOString()}),
									});
								}
							}
						},
						async respond(request: Request, fetch: Sandbox['fetch']) {
							const response = await fetch(request);
							const isList = new URL(request.url).pathname.endsWith('/messages');
							return isList && name === 'comment'
								? new Response((await response.text()).replaceAll('"ASSIGNMENT"', '"COMMENT"'), response)
								: response;
						},
					},
					{[name]: expect.stringMatching(isMoved ? /^it seems so, because \d of 4/ : /^no, because \d of 4/)},
				] as const,
		),
	),
	[
		'a filter by status that is ignored',
		{
			rewrite(parameters) {
				if (parameters.get('limit') === '100') {
					parameters.delete('threadStatus');
				}
			},
		},
		{status: expect.stringMatching(/^no, because \d+ of 100 threads were closed/)},
	],
	[
		'a filter by status that is refused',
		{faults: when(parameters => parameters.get('limit') === '100', refusal)},
		{status: 'it is refused, because HubSpot answered 400 VALIDATION_ERROR'},
	],
	[
		'a row that shows a later time than its place',
		{
			async respond(request, fetch) {
				const response = await fetch(request);
				const {searchParams} = new URL(request.url);
				if (
					!searchParams.has('sort') ||
					searchParams.has('archived') ||
					searchParams.get('limit') !== '500'
				) {
					return response;
				}

				const page = await response.json();
				const [first] = page.results;
				if (first) {
					first.latestMessageTimestamp = new Date(Date.now()).toISOString();
				}

				return Response.json(page, response);
			},
		},
		{order: expect.stringMatching(/^yes, because 1 of \d+ rows/)},
	],
	[
		'longer pages of messages',
		{maxPageSize: 1000},
		{'messages 501': expect.stringMatching(/^no error, because it gave \d+ messages/)},
	],
	[
		'a window that begins anew',
		{
			async respond(request, fetch) {
				const response = await fetch(request);
				const isLate = Date.now() - Date.UTC(2026, 0, 1) > 10_000;
				const headers = new Headers(response.headers);
				if (isLate) {
					headers.set('x-hubspot-ratelimit-remaining', '189');
				}

				return new Response(response.body, {status: response.status, headers});
			},
		},
		{remaining: expect.stringMatching(/^no, because more remained/)},
	],
	[
		'others at work',
		{
			async respond(request, fetch) {
				const response = await fetch(request);
				const headers = new Headers(response.headers);
				const remaining = Number(headers.get('x-hubspot-ratelimit-remaining')) - 20;
				headers.set('x-hubspot-ratelimit-remaining', String(remaining));
				return new Response(response.body, {status: response.status, headers});
			},
		},
		{remaining: expect.stringMatching(/^cannot .+ others used the limit at the same time$/)},
	],
	[
		'requests that take long to arrive, while others leave the window',
		{
			async respond(request, fetch) {
				const isLate = Date.now() - Date.UTC(2026, 0, 1) > 10_000;
				await new Promise(resolve => setTimeout(resolve, isLate ? 500 : 0));
				return fetch(request);
			},
		},
		{remaining: usual.remaining},
	],
	['no headers of the rate', {rateLimit: false}, {remaining: unknown}],
	[
		'a burst with Retry-After',
		{faults: {4: {status: 429, headers: {'retry-after': '1'}}}},
		{'Retry-After': 'yes, because 1 of 1 answers with a 429 had it', inclusive: usual.inclusive},
	],
	[
		'a burst without Retry-After',
		{faults: {4: {status: 429}, 5: {status: 429}}},
		{'Retry-After': 'no, because 0 of 2 answers with a 429 had it', inclusive: usual.inclusive},
	],
];

test.each(variants)('%s', async (_name, variant, expected) => {
	expect(await ask(variant)).toMatchObject(expected);
});

test('when everything fails, there is no guess', async () => {
	const {
		'Retry-After': _,
		remaining,
		'path of the guide': guide,
		...others
	} = await ask({faults: () => ({status: 503})});
	expect(Object.values(others)).toEqual(Array.from({length: names.length - 3}, () => unknown));
	// Every answer has headers, and a path that is not there fails by itself.
	expect([remaining, guide]).toEqual([usual.remaining, usual['path of the guide']]);
});

test('when every page takes three requests, there are 30 all the same, and no guess about the rest', async () => {
	let requests = 0;
	const answers = await ask({
		faults({number}) {
			requests = number;
			return number % 3 === 0 ? undefined : {status: 503};
		},
	});
	expect(requests).toBe(30);
	const usedUp = 'cannot tell from this account, because all 30 requests were used up by retries';
	expect(answers).toMatchObject({
		inclusive: usual.inclusive,
		remaining: unknown,
		'path of the guide': usedUp,
	});
});

test('in any account, of any size, each answer is the truth or none', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.record({
				threads: fc.oneof(fc.integer({min: 0, max: 30}), fc.integer({min: 0, max: 1500})),
				seed: fc.nat(1000),
				spread: fc.constantFrom('uniform', 'recent', 'tail', 'import'),
				messageless: fc.constantFrom(0, 0.01, 0.5, 1),
				archived: fc.constantFrom(0, 0.1, 0.9),
				inboxIds: fc.constantFrom(['1'], ['1', '2', '3']),
				cursor: fc.constantFrom('keyset', 'offset'),
				bound: fc.constantFrom('inclusive', 'exclusive'),
				boundPrecision: fc.constantFrom(1, 1000, 60_000),
				listsMessageless: fc.boolean(),
				encodedCursor: fc.boolean(),
				maxPageSize: fc.constantFrom(500, 1000),
			} as const),
			async options => {
				const answers = await ask(options as Variant);
				const truth: Answers = {
					inclusive: options.bound,
					milliseconds: options.boundPrecision === 1 ? 'yes' : 'no',
					'cursor by id': options.cursor,
					'cursor by time': options.cursor,
					encoded: options.encodedCursor ? 'yes' : 'no',
					'limit 501': options.maxPageSize === 500 ? 'an error' : '501 threads',
					closing: 'no',
					assigning: 'no',
					moving: 'no',
					comment: 'no',
					status: 'yes',
					'messages 501': options.maxPageSize === 500 ? 'an error' : 'no error',
					order: 'not seen',
					'archived by id': 'an error',
					'archived by id, as such': 'the thread',
					'absent by id': 'an error',
					'path of the OpenAPI file': 'a page',
					'path of the guide': 'an error',
					remaining: 'yes',
					'message-less by id': 'yes',
					'message-less by time': options.listsMessageless ? 'yes' : 'no',
					archived: 'yes',
					'Retry-After': 'not seen',
				};
				for (const name of names) {
					expect([name, answers[name]]).toEqual([
						name,
						expect.stringMatching(`^(${truth[name]}|cannot tell from this account), because `),
					]);
				}
			},
		),
		{numRuns: 40},
	);
}, 120_000);

test.each([
	['NTI1Cg%3D%3D', 'yes', 'base64 of a number'],
	['NTI1Cg==', 'no', 'base64 of a number'],
	['525', 'cannot tell from this account', 'a number'],
	['a-b_c', 'cannot tell from this account', 'nothing known'],
])('a cursor such as %s', (cursor, answer, shape) => {
	const finding = askAboutEncoding([cursor]);
	expect(finding).toMatchObject({answer, because: expect.stringContaining(`look like ${shape}`)});
	expect(JSON.stringify(finding)).not.toContain(cursor);
});

describe('the command', () => {
	beforeEach(() => {
		jest.useRealTimers();
	});

	test('asks the embedded HubSpot', async () => {
		const {code, stdout, stderr} = await command;
		expect(code).toBe(0);
		expect(stderr).toContain('This was the embedded HubSpot');
		expect(parse(stdout)).toEqual(usual);
	}, 30_000);

	test.each([
		['a bad token', {accessToken: () => false}, /^HubSpot answered 401 EXPIRED_AUTHENTICATION: .+\n$/],
		[
			'the end of the day',
			{rateLimit: {daily: 3}},
			/^HubSpot answered 429: You have reached your daily limit\n$/,
		],
	] as const)(
		'says one line about %s',
		async (_name, options, line) => {
			const sandbox = await startSandbox(options);
			try {
				const env = {HUBSPOT_ACCESS_TOKEN: 'sandbox-token', HUBSPOT_BASE_URL: sandbox.url};
				const {code, stdout, stderr} = await runExample('probe', env);
				expect({code, stdout}).toEqual({code: 1, stdout: ''});
				expect(stderr).toMatch(line);
				expect(stderr).not.toContain('sandbox-token');
			} finally {
				await sandbox.close();
			}
		},
		30_000,
	);
});
