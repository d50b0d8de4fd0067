import {createContext, runInContext} from 'node:vm';
import {describe, expect, test} from '@jest/globals';
import fc from 'fast-check';
import {type PaginateOptions, pages, paginate, type SyncOptions, sync} from '../lib/index.ts';

const accessToken = 'secret-token';
const oneThread = async () => Response.json({results: [{id: '1'}]});
const hanging = (request: Request) =>
	new Promise<Response>((_, reject) => {
		request.signal.addEventListener('abort', () => reject(request.signal.reason), {once: true});
	});

/** Another realm, with a signal of its own: nothing of it is an instance of ours. */
function createForeignAbort() {
	const realm = createContext({});
	return runInContext(
		`
			const listeners = new Set();
			const signal = {
				aborted: false,
				reason: undefined,
				addEventListener: (name, listener) => listeners.add(listener),
				removeEventListener: (name, listener) => listeners.delete(listener),
				throwIfAborted() {
					if (this.aborted) throw this.reason;
				},
			};
			({
				signal,
				listeners,
				abort(reason) {
					Object.assign(signal, {aborted: true, reason});
					for (const listener of listeners) listener({type: 'abort'});
				},
			});
		`,
		realm,
	) as {signal: AbortSignal; listeners: Set<unknown>; abort: (reason: unknown) => void};
}

describe('a signal of another realm', () => {
	const walks = {
		paginate: (options: PaginateOptions) => paginate(options),
		pages: (options: PaginateOptions) => pages(options),
		sync: ({accessToken, fetch, signal}: PaginateOptions) => sync({accessToken, fetch, signal}),
	};

	test.each(Object.entries(walks))('stops %s() while HubSpot hangs, with its own reason', async (_, walk) => {
		const {signal, abort, listeners} = createForeignAbort();
		expect(signal).not.toBeInstanceOf(AbortSignal);
		const next = walk({accessToken, fetch: hanging, signal}).next();
		const reason = new Error('gone');
		setImmediate(abort, reason);
		await expect(next).rejects.toBe(reason);
		expect(listeners.size).toBe(0);
	});

	test('that was aborted before makes no request', async () => {
		const {signal, abort} = createForeignAbort();
		const reason = new Error('gone');
		abort(reason);
		const fetch = () => {
			throw new Error('asked');
		};
		await expect(paginate({accessToken, fetch, signal}).next()).rejects.toBe(reason);
	});

	test.each(['the end', 'return()', 'an error'])('has no listener left after %s', async end => {
		const {signal, listeners} = createForeignAbort();
		let during = 0;
		const fetch = async () => {
			during = listeners.size;
			return end === 'an error' ? new Response('', {status: 400}) : oneThread();
		};
		const walk = paginate({accessToken, fetch, signal});
		expect(listeners.size).toBe(0);
		await walk.next().catch(() => {});
		expect(during).toBe(1);
		await (end === 'the end' ? walk.next() : walk.return());
		expect(listeners.size).toBe(0);
	});
});

test('a date and search parameters may come from another realm', async () => {
	const realm = createContext({});
	const urls: string[] = [];
	const fetch = async ({url}: Request) => {
		urls.push(url);
		return oneThread();
	};
	await Array.fromAsync(
		paginate({
			accessToken,
			fetch,
			sort: 'latestMessageTimestamp',
			latestMessageTimestampAfter: runInContext('new Date(1700000000123)', realm),
			searchParams: runInContext("[['a', 'b']]", realm),
		}),
	);
	expect(new URL(urls[0] as string).searchParams.toString()).toBe(
		'sort=latestMessageTimestamp&latestMessageTimestampAfter=2023-11-14T22%3A13%3A20.123Z&limit=500&a=b',
	);
});

test('options may be an instance of a class, with getters that are inherited, or have no prototype', async () => {
	class Base {
		get inboxId() {
			return 7;
		}
	}

	class Options extends Base {
		readonly accessToken = accessToken;
		readonly urls: string[];

		constructor(urls: string[]) {
			super();
			this.urls = urls;
			Object.defineProperty(this, 'urls', {enumerable: false});
		}

		fetch = async ({url}: Request) => {
			this.urls.push(url);
			return oneThread();
		};
	}

	const urls: string[] = [];
	const options = new Options(urls) as Pick<Options, 'accessToken' | 'fetch' | 'inboxId'>;
	await Array.fromAsync(paginate(options));
	await Array.fromAsync(
		paginate(Object.assign(Object.create(null), {accessToken, fetch: options.fetch, inboxId: 7})),
	);
	expect(urls.map(url => new URL(url).search)).toEqual(['?limit=500&inboxId=7', '?limit=500&inboxId=7']);

	class Misspelt extends Base {
		readonly accessToken = accessToken;

		get inboxID() {
			return 7;
		}
	}

	expect(() => paginate(new Misspelt() as Pick<Misspelt, 'accessToken' | 'inboxId'>)).toThrow(
		/^`inboxID` is not an option/,
	);
});

test.each([
	{maxTimeout: 100},
	{minTimeout: 60_000},
	{minTimeout: 5, maxTimeout: 5},
	{retries: 0, minTimeout: 9},
])('%j is no contradiction: a default gives way', retry => {
	expect(() => paginate({accessToken, retry})).not.toThrow();
});

test('sync() needs its property in `searchParams` too, and holds a bounded number of pages', () => {
	expect(() => sync({accessToken, searchParams: {property: 'status'}})).toThrow(
		/^`property` must have `latestMessageTimestamp`/,
	);
	expect(() => sync({accessToken, concurrency: Number.POSITIVE_INFINITY})).toThrow(
		/^`concurrency` must be a whole number from 1 to 100/,
	);
});

describe('whatever is given for an option', () => {
	const names = [
		...['accessToken', 'throttle', 'retry', 'timeout', 'signal', 'fetch', 'baseUrl', 'apiVersion', 'onRetry'],
		...['onThrottle', 'inboxId', 'associatedContactId', 'associatedTicketId', 'threadStatus', 'archived'],
		...[
			'association',
			'property',
			'sort',
			'latestMessageTimestampAfter',
			'searchParams',
			'after',
			'pageSize',
		],
		...['maxItems', 'maxPages', 'readAhead', 'schema', 'onPage', 'checkpoint', 'since', 'until', 'overlap'],
		'concurrency',
	];
	const secret = 'Gibberish-4711';
	const values = fc.oneof(
		fc.anything({
			withBigInt: true,
			withDate: true,
			withMap: true,
			withNullPrototype: true,
			withSparseArray: true,
		}),
		fc.constantFrom<unknown>(
			secret,
			[secret],
			{[secret]: secret},
			Symbol(secret),
			[Symbol(secret)],
			{a: Symbol(secret)},
			() => secret,
			new Date(Number.NaN),
			Object.create(Date.prototype),
			Object.create(null),
			[Object.create(null)],
			new Proxy({}, {}),
			1n,
			-0,
			2 ** 53,
		),
	);

	test.each([
		['paginate', (options: object) => paginate(options as PaginateOptions)],
		['pages', (options: object) => pages(options as PaginateOptions)],
		['sync', (options: object) => sync(options as SyncOptions)],
	])('%s() takes it, or refuses it with a TypeError that names the option and never the value', (_, call) => {
		fc.assert(
			fc.property(fc.constantFrom(...names), values, (name, value) => {
				try {
					call({accessToken: 'a-token', [name]: value});
				} catch (error) {
					const {message} = error as Error;
					expect(error).toBeInstanceOf(TypeError);
					expect(message).toMatch(/^`.*?` /s);
					expect(message.replace(/^`.*?` /s, '')).not.toContain(secret);
				}
			}),
			{numRuns: 2000},
		);
	});
});
