/**
 * The loop, filters, stopping early, and a deadline:
 *
 *   HUBSPOT_ACCESS_TOKEN=… node examples/quickstart.ts
 *
 * Without a token it reads an embedded HubSpot.
 */
import {createThrottle, paginate} from 'hubspot-threads';
import {connect} from './connect.ts';

const {source, connection, close} = await connect({threads: 25_000, latency: 100});
// One for all walks: they share HubSpot's rate limit.
const options = {...connection, throttle: createThrottle()};

console.log(`The first three threads of ${source}:`);
for await (const thread of paginate({...options, maxItems: 3})) {
	console.log(`  ${thread.status}, created ${thread.createdAt}`);
}

console.log('Open threads with a message since December 2025:');
let open = 0;
const recent = paginate({
	...options,
	threadStatus: 'OPEN',
	sort: 'latestMessageTimestamp',
	latestMessageTimestampAfter: '2025-12-01T00:00:00Z',
});
for await (const _thread of recent) {
	open++;
}

console.log(`  ${open}`);

console.log('The first closed thread that nobody was assigned to:');
for await (const thread of paginate({...options, threadStatus: 'CLOSED'})) {
	if (thread.assignedTo === undefined) {
		console.log(`  closed ${thread.closedAt}`);
		// Nothing more is requested, and a page that was being read ahead is aborted.
		break;
	}
}

console.log('As many threads as two seconds give:');
const signal = AbortSignal.timeout(2000);
let count = 0;
try {
	for await (const _thread of paginate({...options, signal})) {
		count++;
	}

	console.log(`  ${count}, and that is all of them`);
} catch (error) {
	if (error !== signal.reason) {
		throw error;
	}

	console.log(`  ${count}, then the deadline came`);
} finally {
	await close();
}
