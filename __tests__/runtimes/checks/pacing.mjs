import {assert, equal, idsOf, toArray} from './support.mjs';

const limit = 4;
const interval = 300;

/** The connection, and when each of its requests left. */
function timed({accessToken, fetch = request => globalThis.fetch(request), ...more}) {
	const times = [];
	return {
		times,
		connection: {
			...more,
			accessToken,
			fetch(request) {
				times.push(Date.now());
				return fetch(request);
			},
		},
	};
}

function staysWithin(times, what) {
	for (const [index, time] of times.entries()) {
		const window = time - times[index - limit];
		assert(!(window < interval), `${what}: ${limit + 1} requests in ${window} ms of ${interval}`);
	}
}

/** How many requests leave in how much time. */
export const pacing = {
	async 'never more than the limit in any window'({library, transport}) {
		const hubspot = await transport.start({threads: 12});
		const {connection, times} = timed(hubspot.connection);
		await toArray(library.paginate({...connection, pageSize: 1, throttle: {limit, interval}}));
		equal(times.length, 12, 'requests');
		staysWithin(times, 'one walk');
	},

	async 'walks that share a throttle share the limit'({library, transport}) {
		const hubspot = await transport.start({threads: 6});
		const {connection, times} = timed(hubspot.connection);
		const throttle = library.createThrottle({limit, interval});
		const walk = () => toArray(library.paginate({...connection, pageSize: 2, throttle}));
		for (const threads of await Promise.all([walk(), walk(), walk(), walk()])) {
			equal(
				threads.map(({id}) => id),
				idsOf(6),
				'ids',
			);
		}

		equal(times.length, 12, 'requests');
		staysWithin(times, 'four walks');
	},

	async 'the limit that HubSpot says is kept, without a 429'({library, transport}) {
		const rateLimit = {limit, interval: 400};
		const hubspot = await transport.start({threads: 10, rateLimit});
		await toArray(
			library.paginate({
				...hubspot.connection,
				pageSize: 1,
				readAhead: 0,
				throttle: {limit: 3, interval: 400},
			}),
		);
		equal((await hubspot.requests()).filter(({status}) => status === 429).length, 0, 'answers with a 429');
	},
};
