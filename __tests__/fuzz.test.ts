import {inspect} from 'node:util';
import {afterEach, beforeEach, expect, jest, test} from '@jest/globals';
import fc from 'fast-check';
import {PaginationError, paginate, type Resume, readActors, readThreads, reconcile} from '../lib/index.ts';
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

type Broken = typeof broken extends fc.Arbitrary<infer T> ? T : never;

async function sendInstead({how, status, body, headers}: Broken, request: Request, good: Response) {
	if (how === 'throw') {
		throw Object.assign(new Error(`${request.headers.get('authorization')} ${body}`), {request});
	}

	if (how === 'hang') {
		return new Promise<Response>(() => {});
	}

	if (how === 'late') {
		await new Promise(resolve => setTimeout(resolve, 900));
		return good;
	}

	const whole = how === 'cut' ? body.slice(0, -1) : body;
	const isEmpty = [204, 205, 304].includes(status);
	return new Response(isEmpty ? null : whole, {status, headers});
}

/** Two tokens in turn: an error must hold none of those that were `given` since somebody looked. */
function createOptions(fetch: (request: Request) => Promise<Response>) {
	let asked = 0;
	const given = new Set<string>();
	const options = {
		accessToken() {
			const token = tokens[asked++ % 2] as string;
			given.add(token);
			return token;
		},
		fetch,
		timeout: 1000,
		throttle: {limit, interval},
		retry: {retries: 2, minTimeout: 10, randomize: false},
	};
	return {given, options};
}

function expectNoSecret(error: unknown, given: ReadonlySet<string>) {
	expect(error).toBeInstanceOf(PaginationError);
	const printed = inspect(error, {depth: 20, showHidden: true, getters: true}) + JSON.stringify(error);
	for (const token of given) {
		expect(printed).not.toContain(token);
	}
}

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
				return answer ? sendInstead(answer, request, good) : good;
			};
			const {given, options} = createOptions(fetch);
			const seen: string[] = [];
			let resume: Resume = {};
			for (let run = 0; ; run++) {
				// Each run uses up an answer at least, so that it comes to the end of them.
				expect(run).toBeLessThanOrEqual(answers.length);
				given.clear();
				const {items, error} = await settle(collect(paginate({...options, readAhead, ...resume})));
				seen.push(...items.map(({id}) => id));
				if (error === undefined) {
					break;
				}

				expectNoSecret(error, given);
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

/** What this account has of what is asked for: some are archived, some are not there. */
const isThere = (id: string) => Number(id) % 5 !== 0;
const isArchived = (id: string) => Number(id) % 3 === 0;
const actorOf = (id: string) => ({id: `A-${id}`, type: 'AGENT'});

/** The list of what is not archived, threads by id, and actors in batches and by id, as HubSpot answers. */
async function answerWell(request: Request): Promise<Response> {
	const {pathname, searchParams} = new URL(request.url);
	const name = pathname.split('/').at(-1) as string;
	const notFound = () => Response.json({status: 'error', message: 'not found'}, {status: 404});
	if (name === 'threads') {
		const listed = ids.filter(id => isThere(id) && !isArchived(id));
		const after = Number(searchParams.get('after') ?? 0);
		return Response.json({
			results: listed.slice(after, after + 3).map(id => ({id})),
			...(after + 3 < listed.length && {paging: {next: {after: String(after + 3)}}}),
		});
	}

	if (name === 'read') {
		const {inputs} = (await request.clone().json()) as {inputs: readonly string[]};
		const asked = inputs.map(input => input.slice(2));
		const known = asked.filter(isThere);
		// The last one is left out without a word.
		return Response.json({
			results: known.slice(0, -1).map(actorOf),
			errors: [
				{category: 'OBJECT_NOT_FOUND', context: {ids: asked.filter(id => !isThere(id)).map(id => `A-${id}`)}},
			],
		});
	}

	const isActor = pathname.includes('/actors/');
	const id = isActor ? name.slice(2) : name;
	if (!isThere(id) || (!isActor && (searchParams.get('archived') === 'true') !== isArchived(id))) {
		return notFound();
	}

	return Response.json(isActor ? actorOf(id) : {id});
}

/** A 404 in HubSpot's own words means that there is no such thing: only the server can say that. */
const unclear = fc.array(
	fc.option(
		broken.filter(({status, how}) => status !== 404 || ['throw', 'hang', 'late'].includes(how)),
		{freq: 2},
	),
	{maxLength: 25},
);

/** What the server sends instead goes to one request after the other. */
function createServer(answers: ReadonlyArray<Broken | null>) {
	let requests = 0;
	return async (request: Request) => {
		const answer = answers[requests++];
		const good = await answerWell(request);
		return answer ? sendInstead(answer, request, good) : good;
	};
}

/** Reads until nothing fails, with the `resume` of each failure. */
async function readAll<T>(
	answers: ReadonlyArray<Broken | null>,
	read: (options: ReturnType<typeof createOptions>['options'], resume: object) => AsyncIterable<T>,
): Promise<readonly T[]> {
	const {given, options} = createOptions(createServer(answers));
	const seen: T[] = [];
	let resume = {};
	for (let run = 0; ; run++) {
		expect(run).toBeLessThanOrEqual(answers.length);
		given.clear();
		const {items, error} = await settle(collect(read(options, resume)));
		seen.push(...items);
		// What others were waiting for is given up in the next turn.
		await jest.advanceTimersByTimeAsync(interval);
		expect(jest.getTimerCount()).toBe(0);
		if (error === undefined) {
			return seen;
		}

		expectNoSecret(error, given);
		resume = JSON.parse(JSON.stringify((error as PaginationError).resume));
	}
}

function namesAnother({body}: Broken): boolean {
	try {
		return typeof JSON.parse(body)?.id === 'string';
	} catch {
		return false;
	}
}

/** So few that all that is asked for one of them can go wrong. */
const few = ['1', '3', '5'];

const reads = {
	async readThreads(answers: ReadonlyArray<Broken | null>) {
		const read = await readAll(answers, (options, resume) =>
			readThreads({...options, threadIds: few, ...resume}),
		);
		expect(read.map(({id, thread}) => [id, thread?.id])).toEqual(
			few.map(id => [id, isThere(id) ? id : undefined]),
		);
	},
	async readActors(answers: ReadonlyArray<Broken | null>) {
		const actorIds = ids.map(id => `A-${id}`);
		// HubSpot may know an actor by another id, such as that of a contact it was merged into: it is believed.
		const others = answers.map(answer => (answer && namesAnother(answer) ? null : answer));
		const read = await readAll(others, (options, resume) => readActors({...options, actorIds, ...resume}));
		expect(read.map(({id}) => id).sort()).toEqual(actorIds.filter(id => isThere(id.slice(2))).sort());
	},
	async reconcile(answers: ReadonlyArray<Broken | null>) {
		// Of a pass that failed, what was handed over counts; the next one begins anew.
		const batches = await readAll(answers, (options, resume) =>
			reconcile({...options, ...resume, known: ids, pageSize: 3}),
		);
		const threads = new Set(batches.flatMap(({threads}) => threads.map(({id}) => id)));
		const gone = new Set(batches.flatMap(({gone}) => gone));
		expect([...threads].sort()).toEqual(ids.filter(isThere).sort());
		expect([...gone].sort()).toEqual(ids.filter(id => !isThere(id)).sort());
	},
};

test.each(Object.entries(reads))(
	'whatever a server sends: %s ends, resumes lead to all, none is lost or invented, no token is told',
	async (_, read) => {
		await fc.assert(fc.asyncProperty(unclear, read), {numRuns: 200});
	},
	30_000,
);
