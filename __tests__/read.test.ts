import {describe, expect, jest, test} from '@jest/globals';
import fc from 'fast-check';
import {
	MalformedPageError,
	type PaginationError,
	type ReadActorsOptions,
	type ReadThreadsOptions,
	RequestError,
	ResponseError,
	readActors,
	readThreads,
} from '../lib/index.ts';
import {settle, start} from './support/clock.ts';
import {collect} from './support/collect.ts';
import {expectNothingLeft} from './support/nothing-left.ts';

const accessToken = 'pat-na1-0123456789-secret';
const throttle = {limit: 1_000_000};
expectNothingLeft();

const notFound = () =>
	Response.json({status: 'error', message: 'Thread not found', correlationId: 'c'}, {status: 404});

/** Answers requests for threads by id; `at` says when each request came and how many were on their way. */
function createThreads(
	answer: (id: string, archived: boolean, number: number) => Response | undefined,
	latency = 100,
) {
	const asked: string[] = [];
	const state = {onTheirWay: 0, most: 0};
	const fetch = async (request: Request) => {
		const url = new URL(request.url);
		const id = url.pathname.split('/').at(-1) as string;
		const archived = url.searchParams.get('archived') === 'true';
		asked.push(archived ? `${id} archived` : id);
		state.most = Math.max(state.most, ++state.onTheirWay);
		try {
			await new Promise<void>((resolve, reject) => {
				const timer = setTimeout(resolve, latency);
				request.signal.addEventListener('abort', () => {
					clearTimeout(timer);
					reject(request.signal.reason);
				});
			});
		} finally {
			state.onTheirWay--;
		}

		return answer(id, archived, asked.length) ?? notFound();
	};
	return {fetch, asked, state};
}

const live = (id: string) => Response.json({id, status: 'OPEN'});

describe('readThreads', () => {
	const read = (options: Partial<ReadThreadsOptions>) =>
		settle(collect(readThreads({accessToken, throttle, threadIds: [], ...options})));

	test('the answer for another thread is refused: the one that was asked for is neither there nor gone', async () => {
		const {fetch} = createThreads(id => live(id === '2' ? '3' : id));
		const {items, error} = await read({fetch, threadIds: [1, 2, 3]});
		expect(items.map(({id}) => id)).toEqual(['1']);
		expect(error).toBeInstanceOf(MalformedPageError);
		expect(error).toMatchObject({
			message: 'HubSpot answered with another thread than the one that was asked for',
			resume: {skip: 1},
		});
	});

	test('an id with zeros in front is the same thread', async () => {
		const {fetch} = createThreads(id => live(String(Number(id))));
		const {items, error} = await read({fetch, threadIds: ['007', '0']});
		expect(error).toBeUndefined();
		expect(items.map(({id, thread}) => [id, thread?.id])).toEqual([
			['007', '7'],
			['0', '0'],
		]);
	});

	test('yields in the order of the ids, also what is archived, and says what HubSpot does not have', async () => {
		const {fetch, asked} = createThreads((id, archived) => {
			if (id === '3') {
				return undefined;
			}

			return archived === (id === '2') ? Response.json({id, archived}) : undefined;
		});
		const {items} = await read({fetch, threadIds: ['2', 1, '3', '1']});
		expect(items).toEqual([
			{id: '2', thread: {id: '2', archived: true}, observedAt: new Date(start + 200)},
			{id: '1', thread: {id: '1', archived: false}, observedAt: new Date(start + 100)},
			{id: '3', observedAt: new Date(start + 300)},
			{id: '1', thread: {id: '1', archived: false}, observedAt: new Date(start + 100)},
		]);
		expect(asked).toEqual(['2', '1', '3', '1', '2 archived', '3 archived', '3']);
	});

	test('a thread that is restored between the first two answers is found by the third', async () => {
		const {fetch} = createThreads((id, _archived, number) => (number === 3 ? live(id) : undefined));
		const {items} = await read({fetch, threadIds: [1]});
		expect(items).toMatchObject([{id: '1', thread: {id: '1'}}]);
	});

	test.each([1, 2, 3])('any other failure of request %i is no absence', async failing => {
		const {fetch} = createThreads((_id, _archived, number) =>
			number === failing ? Response.json({category: 'MISSING_SCOPES'}, {status: 403}) : undefined,
		);
		const {items, error} = await read({fetch, threadIds: [1]});
		expect(items).toEqual([]);
		expect(error).toBeInstanceOf(ResponseError);
		expect(error).toMatchObject({status: 403, resume: {skip: 0}});
	});

	test('the 404 page of a proxy is no absence', async () => {
		const {fetch} = createThreads(() => new Response('<html>Not found</html>', {status: 404}));
		expect((await read({fetch, threadIds: [1]})).error).toMatchObject({status: 404, resume: {skip: 0}});
	});

	test('sends the filters with each request', async () => {
		const urls: string[] = [];
		const fetch = async (request: Request) => {
			urls.push(request.url);
			return notFound();
		};
		await read({fetch, threadIds: [1], association: 'TICKET', property: ['status', 'id']});
		const base = 'https://api.hubapi.com/conversations/v3/conversations/threads/1';
		const query = 'association=TICKET&property=status%2Cid';
		expect(urls).toEqual([`${base}?${query}`, `${base}?${query}&archived=true`, `${base}?${query}`]);
	});

	/** An input of any length that counts what is taken from it, and knows when it is closed. */
	function createInput(length: number, isAsync: boolean) {
		const input = {taken: 0, isClosed: false};
		function* count() {
			try {
				for (let id = 1; id <= length; id++) {
					input.taken++;
					yield id;
				}
			} finally {
				input.isClosed = true;
			}
		}

		async function* countAsync() {
			yield* count();
		}

		return {input, threadIds: isAsync ? countAsync() : count()};
	}

	test.each([false, true])(
		'a bounded number of requests and results, however long the input is and slow the consumer (asynchronous: %s)',
		async isAsync => {
			const {input, threadIds} = createInput(Number.POSITIVE_INFINITY, isAsync);
			const {fetch, asked, state} = createThreads(live);
			const reading = readThreads({accessToken, throttle, fetch, threadIds});
			expect(input.taken).toBe(0);
			for (let id = 1; id <= 200; id++) {
				expect((await settle(reading.next())).value).toMatchObject({id: String(id)});
				await jest.advanceTimersByTimeAsync(1000);
				// 64 for the results that are held, and one that was taken when the first of them was handed over.
				expect(asked.length).toBeLessThanOrEqual(id + 64);
				expect(input.taken).toBeLessThanOrEqual(id + 65);
			}

			expect(state.most).toBe(64);
			await reading.return();
			expect(input.isClosed).toBe(true);
		},
	);

	test('`break` stops all requests at once, and an abort rejects with its reason', async () => {
		const {fetch, state} = createThreads(live, 1_000_000);
		const {input, threadIds} = createInput(Number.POSITIVE_INFINITY, true);
		const reading = readThreads({accessToken, throttle, fetch, threadIds, timeout: 2_000_000});
		const pending = reading.next();
		await jest.advanceTimersByTimeAsync(10);
		expect(state.onTheirWay).toBe(64);
		await reading.return();
		expect(await pending).toEqual({done: true, value: undefined});
		await jest.advanceTimersByTimeAsync(0);
		expect(state.onTheirWay).toBe(0);
		expect(input.isClosed).toBe(true);

		const reason = new Error('mine');
		const signal = AbortSignal.abort(reason);
		await expect(readThreads({accessToken, fetch, threadIds: [1], signal}).next()).rejects.toBe(reason);
	});

	test('an input that hangs can be left', async () => {
		const {fetch} = createThreads(live);
		async function* threadIds() {
			yield 1;
			await new Promise(() => {});
		}

		const reading = readThreads({accessToken, throttle, fetch, threadIds: threadIds()});
		expect((await settle(reading.next())).value).toMatchObject({id: '1'});
		const pending = reading.next();
		await jest.advanceTimersByTimeAsync(10);
		expect(await reading.return()).toEqual({done: true, value: undefined});
		expect(await pending).toEqual({done: true, value: undefined});
	});

	test('a failure at any place, also of the input, is resumed without a loss or a repetition', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.integer({min: 1, max: 150}),
				fc.integer({min: 1, max: 150}),
				fc.boolean(),
				async (length, failing, isInput) => {
					const ids = Array.from({length}, (_, index) => index + 1);
					const place = Math.min(failing, length);
					function* input() {
						for (const id of ids) {
							if (isInput && id === place) {
								throw new Error('the input failed');
							}

							yield id;
						}
					}

					const {fetch} = createThreads(id =>
						!isInput && id === String(place) ? Response.json({}, {status: 400}) : live(id),
					);
					const {items, error} = await read({fetch, threadIds: input()});
					expect(items.map(({id}) => Number(id))).toEqual(ids.slice(0, place - 1));
					const resume = JSON.parse(JSON.stringify((error as PaginationError).resume));
					const rest = await read({fetch: createThreads(live).fetch, threadIds: ids, ...resume});
					expect([...items, ...rest.items].map(({id}) => Number(id))).toEqual(ids);
				},
			),
			{numRuns: 40},
		);
	});

	test('an id that is none fails in its place, after the threads before it', async () => {
		const {fetch} = createThreads(live);
		const {items, error} = await read({fetch, threadIds: new Set([1, 'x'])});
		expect(items).toHaveLength(1);
		expect((error as Error).message).toMatch(/`threadIds` must be one of HubSpot's ids: digits/);
		expect(error).toMatchObject({resume: {skip: 1}});
	});

	test('a schema is applied', async () => {
		const schema = {
			'~standard': {
				version: 1,
				vendor: 'test',
				validate: (value: unknown) =>
					(value as {id: string}).id === '2'
						? {issues: [{message: 'wrong', path: ['id']}]}
						: {value: (value as {id: string}).id},
			},
		} as const;
		const {fetch} = createThreads(live);
		const {items, error} = await settle(
			collect(readThreads<string>({accessToken, throttle, fetch, threadIds: [1, 2], schema})),
		);
		expect(items).toMatchObject([{id: '1', thread: '1'}]);
		expect((error as Error).message).toBe('Thread 2 does not pass the `schema`: `id`: wrong');
	});

	test.each<[object, RegExp]>([
		[{threadIds: undefined}, /^`threadIds` must be an array/],
		[{threadIds: '123'}, /^`threadIds` must be an array/],
		[{threadIds: [1, 'x']}, /^`threadIds` must be one of HubSpot's ids: digits$/],
		[{skip: -1}, /^`skip` must be a whole number of at least 0$/],
		[{association: 'CONTACT'}, /^`association` must be 'TICKET'$/],
		[{pageSize: 5}, /^`pageSize` is not an option/],
	])('%j is refused at the call', (options, message) => {
		const call = () => readThreads({accessToken, threadIds: [], ...options} as ReadThreadsOptions);
		expect(call).toThrow(TypeError);
		expect(call).toThrow(message);
	});
});

describe('readActors', () => {
	/** Knows the ids that do not begin with `V-9`. */
	function createActors(change: (body: Record<string, unknown>) => unknown = body => body) {
		const requests: Array<{method: string; path: string; inputs: readonly string[]}> = [];
		const fetch = async (request: Request) => {
			const path = new URL(request.url).pathname.split('/actors')[1] as string;
			if (request.method === 'GET') {
				const id = decodeURIComponent(path.slice(1));
				requests.push({method: 'GET', path, inputs: []});
				return id.startsWith('V-9') ? notFound() : Response.json({id, type: 'ALONE'});
			}

			const {inputs} = (await request.json()) as {inputs: string[]};
			requests.push({method: request.method, path, inputs});
			const unknown = inputs.filter(id => id.startsWith('V-9'));
			const body = {
				status: 'COMPLETE',
				results: inputs.filter(id => !unknown.includes(id)).map(id => ({id, type: 'AGENT'})),
				...(unknown.length > 0 && {
					numErrors: 1,
					errors: [{status: 'error', category: 'OBJECT_NOT_FOUND', context: {ids: unknown}}],
				}),
			};
			const answer = change(body);
			return answer instanceof Response
				? answer
				: Response.json(answer, {status: unknown.length > 0 ? 207 : 200});
		};
		return {fetch, requests};
	}

	const read = (options: Partial<ReadActorsOptions>) =>
		settle(collect(readActors({accessToken, throttle, actorIds: [], ...options})));

	test('reads each id once, a hundred with each POST, and leaves out what HubSpot does not know', async () => {
		const {fetch, requests} = createActors();
		const known = Array.from({length: 150}, (_, index) => `A-${index}`);
		const {items, error} = await read({fetch, actorIds: [...known, 'V-99', ...known, 'A-0']});
		expect(error).toBeUndefined();
		expect(items.map(({id}) => id)).toEqual(known);
		expect(requests.map(({method, path, inputs}) => [method, path, inputs.length])).toEqual([
			['POST', '/batch/read', 100],
			['POST', '/batch/read', 51],
		]);
	});

	test('an actor that the answer leaves out without saying why is asked for alone', async () => {
		const {fetch, requests} = createActors(body => ({...body, results: []}));
		const {items} = await read({fetch, actorIds: ['A-1', 'V-9', 'E-ab@c.example']});
		expect(items).toEqual([
			{id: 'A-1', type: 'ALONE'},
			{id: 'E-ab@c.example', type: 'ALONE'},
		]);
		expect(requests.map(({path}) => path)).toEqual(['/batch/read', '/A-1', '/E-ab%40c.example']);
	});

	test('another error than "not found" is no absence', async () => {
		const {fetch} = createActors(body => ({
			...body,
			results: [],
			errors: [{category: 'INTERNAL_ERROR', context: {ids: ['A-1', 'V-9']}}],
		}));
		expect((await read({fetch, actorIds: ['A-1', 'V-9']})).items).toEqual([{id: 'A-1', type: 'ALONE'}]);
	});

	test('a POST is retried, and carries its ids again', async () => {
		let failures = 2;
		const {fetch, requests} = createActors(body =>
			failures-- > 0 ? Response.json({}, {status: 503}) : body,
		);
		expect((await read({fetch, actorIds: ['A-1']})).items).toHaveLength(1);
		expect(requests.map(({inputs}) => inputs)).toEqual([['A-1'], ['A-1'], ['A-1']]);
	});

	test('a failure of any batch is resumed without a loss or a repetition', async () => {
		const actorIds = Array.from({length: 450}, (_, index) => `A-${index % 350}`);
		const {fetch} = createActors(body =>
			(body.results as Array<{id: string}>).some(({id}) => id === 'A-210')
				? Response.json({}, {status: 400})
				: body,
		);
		const {items, error} = await read({fetch, actorIds});
		expect(items).toHaveLength(200);
		expect(error).toMatchObject({resume: {skip: 200}});
		const {fetch: healthy} = createActors();
		const rest = await read({
			fetch: healthy,
			actorIds,
			...(error as PaginationError).resume,
		} as Partial<ReadActorsOptions>);
		expect([...items, ...rest.items].map(({id}) => id)).toEqual(actorIds.slice(0, 350));
	});

	test('`break` stops all requests', async () => {
		const signals: AbortSignal[] = [];
		const fetch = (request: Request) => {
			signals.push(request.signal);
			return new Promise<Response>(() => {});
		};
		const reading = readActors({
			accessToken,
			throttle,
			fetch,
			actorIds: Array.from({length: 1000}, (_, index) => `A-${index}`),
		});
		const pending = reading.next();
		await jest.advanceTimersByTimeAsync(10);
		expect(signals).toHaveLength(10);
		await reading.return();
		expect(await pending).toEqual({done: true, value: undefined});
		expect(signals.every(({aborted}) => aborted)).toBe(true);
	});

	test('a timeout and a secret are what they are for the lists', async () => {
		const fetch = () => new Promise<Response>(() => {});
		const {error} = await read({fetch, actorIds: ['A-1'], timeout: 10, retry: {retries: 0}});
		expect(error).toBeInstanceOf(RequestError);
		const echo = async (request: Request) =>
			Response.json({message: request.headers.get('authorization')}, {status: 400});
		const {error: other} = await read({fetch: echo, actorIds: ['A-1']});
		expect(JSON.stringify(other) + String(other)).not.toContain(accessToken);
	});

	test.each<[object, RegExp]>([
		[{actorIds: 'A-1'}, /^`actorIds` must be an array/],
		[{actorIds: [1]}, /^`actorIds` must be HubSpot's actor ids, such as A-2620022$/],
		[{actorIds: ['']}, /^`actorIds` must be HubSpot's actor ids/],
		[{threadIds: []}, /^`threadIds` is not an option/],
	])('%j is refused at the call', (options, message) => {
		const call = () => readActors({accessToken, actorIds: [], ...options} as ReadActorsOptions);
		expect(call).toThrow(TypeError);
		expect(call).toThrow(message);
	});
});
