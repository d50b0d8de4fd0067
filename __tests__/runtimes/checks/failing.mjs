import {assert, equal, hurried, idsOf, rejection, toArray} from './support.mjs';

const recovers =
	(fault, more = {}) =>
	async ({library, transport}) => {
		const hubspot = await transport.start({threads: 30, faults: {2: fault}});
		const retries = [];
		const onRetry = ({error}) => retries.push(error.name);
		const threads = await toArray(
			library.paginate({...hubspot.connection, ...hurried, ...more, onRetry, pageSize: 10}),
		);
		equal(
			threads.map(({id}) => id),
			idsOf(30),
			'ids',
		);
		equal((await hubspot.requests()).length, 4, 'requests');
		return retries;
	};

/** What goes wrong, and what comes of it. */
export const failing = {
	async 'a body that is cut is asked for again'(context) {
		equal(await recovers({cut: true})(context), ['RequestError'], 'retries');
	},

	async 'a connection that is reset is made again'(context) {
		const retries = await recovers({reset: true})(context);
		// A browser may make the connection again by itself.
		assert(
			retries.every(name => name === 'RequestError'),
			`It was retried after ${retries}`,
		);
	},

	async 'a 503 is asked for again'(context) {
		equal(await recovers({status: 503})(context), ['ResponseError'], 'retries');
	},

	async 'a body that stalls is given up and asked for again'(context) {
		equal(await recovers({stall: 'body'}, {timeout: 1000})(context), ['RequestError'], 'retries');
	},

	async 'a 429 is waited for as long as it says'({library, transport}) {
		const faults = {1: {status: 429, headers: {'retry-after': '1'}}};
		const hubspot = await transport.start({threads: 3, faults});
		await toArray(library.paginate(hubspot.connection));
		const [first, second] = await hubspot.requests();
		assert(second.time - first.time >= 1000, `It was asked again after ${second.time - first.time} ms`);
	},

	async 'a 429 that is not retried says what it is'({library, transport}) {
		const {connection} = await transport.start({threads: 3, rateLimit: {daily: 0}});
		const error = await rejection(() => library.paginate(connection).next());
		assert(error instanceof library.RateLimitError, `It rejected with ${error}`);
		equal([error.status, error.policyName, error.resume], [429, 'DAILY', {after: null}], 'the error');
	},

	async 'an error continues where the walk failed'({library, transport}) {
		const {connection} = await transport.start({threads: 30, faults: {2: {status: 400}}});
		const threads = [];
		const error = await rejection(async () => {
			for await (const thread of library.paginate({...connection, pageSize: 10})) {
				threads.push(thread);
			}
		});
		equal([error.name, error.status, threads.length], ['ResponseError', 400, 10], 'the error');
		const resume = JSON.parse(JSON.stringify(error.resume));
		threads.push(...(await toArray(library.paginate({...connection, ...resume}))));
		equal(
			threads.map(({id}) => id),
			idsOf(30),
			'ids',
		);
	},

	async 'a redirect is not followed'({library, transport}) {
		const faults = {1: {status: 302, headers: {location: 'threads?elsewhere'}}};
		const hubspot = await transport.start({threads: 3, faults});
		const error = await rejection(() =>
			library.paginate({...hubspot.connection, retry: {retries: 0}}).next(),
		);
		assert(error instanceof library.PaginationError, `It rejected with ${error}`);
		equal((await hubspot.requests()).length, 1, 'requests');
	},

	async 'a body that is no page is an error'({library, transport}) {
		const {connection} = await transport.start({threads: 3, faults: {1: {body: {results: 'none'}}}});
		const error = await rejection(() => library.paginate({...connection, retry: {retries: 0}}).next());
		assert(error instanceof library.MalformedPageError, `It rejected with ${error}`);
	},

	async 'the token is in no error'({library, transport}) {
		// Several, because a runtime may make a connection again by itself.
		const faults = Object.fromEntries([1, 2, 3, 4, 5, 6].map(number => [number, {reset: true}]));
		const {connection} = await transport.start({threads: 3, faults});
		const error = await rejection(() => library.paginate({...connection, retry: {retries: 0}}).next());
		for (let cause = error; cause instanceof Error; cause = cause.cause) {
			const texts = [String(cause), cause.stack, JSON.stringify(cause, Object.getOwnPropertyNames(cause))];
			assert(!texts.join().includes(connection.accessToken), `It is in ${cause.name}`);
		}
	},
};
