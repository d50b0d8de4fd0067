import {assert, equal, idsOf, toArray} from './support.mjs';

/** What is read when all is well. */
export const reading = {
	async 'a walk gives every thread once, past an empty page'({library, transport}) {
		const hubspot = await transport.start({threads: 50, faults: {2: {size: 0}}});
		const threads = await toArray(library.paginate({...hubspot.connection, pageSize: 7}));
		equal(
			threads.map(({id}) => id),
			idsOf(50),
			'ids',
		);
		equal((await hubspot.requests()).length, 9, 'requests');
	},

	async 'a page has what continues after it'({library, transport}) {
		const hubspot = await transport.start({threads: 30});
		const walk = library.pages({...hubspot.connection, pageSize: 10});
		const {value: page} = await walk.next();
		await walk.return();
		const rest = await toArray(library.paginate({...hubspot.connection, ...page.resume}));
		equal(
			[...page.threads, ...rest].map(({id}) => id),
			idsOf(30),
			'ids',
		);
		assert(page.observedAt instanceof Date && page.rateLimit.limit === 190, 'No rate limit was read');
	},

	async 'messages of a thread, newest first'({library, transport}) {
		const hubspot = await transport.start({threads: 3, hiddenMessages: 0, messageless: 0});
		const [threadId] = idsOf(1);
		const messages = await toArray(library.paginateMessages({...hubspot.connection, threadId, pageSize: 1}));
		const times = messages.map(({createdAt}) => createdAt);
		assert(messages.length > 1, `${messages.length} messages are too few to tell`);
		equal(times, times.toSorted().reverse(), 'times');
		equal((await hubspot.requests()).length, messages.length, 'requests');
	},

	async 'inboxes and channels'({library, transport}) {
		const {connection} = await transport.start({threads: 3});
		equal((await toArray(library.paginateInboxes(connection))).length, 3, 'inboxes');
		assert((await toArray(library.paginateChannels(connection))).length > 0, 'There is no channel');
	},

	async 'threads by id, and names by POST'({library, transport}) {
		const hubspot = await transport.start({threads: 3});
		const threadIds = [...idsOf(2), '5'];
		const found = await toArray(library.readThreads({...hubspot.connection, threadIds}));
		equal(
			found.map(({thread}) => thread !== undefined),
			[true, true, false],
			'threads',
		);
		const [threadId] = threadIds;
		const messages = await toArray(library.paginateMessages({...hubspot.connection, threadId}));
		const actorIds = [...new Set(messages.map(({createdBy}) => createdBy))];
		const actors = await toArray(library.readActors({...hubspot.connection, actorIds}));
		equal(actors.map(({id}) => id).sort(), actorIds.sort(), 'actors');
	},

	async 'a first sync gives every thread with a message, and the next one only the last hour'({
		library,
		transport,
	}) {
		const {connection} = await transport.start({threads: 300, messageless: 0, spread: 'uniform'});
		const options = {...connection, pageSize: 20};
		const batches = await toArray(library.sync(options));
		const ids = new Set(batches.flatMap(({threads}) => threads.map(({id}) => id)));
		equal([...ids].sort(), idsOf(300), 'ids');
		const {checkpoint} = JSON.parse(JSON.stringify(batches.at(-1)));
		const again = await toArray(library.sync({...options, checkpoint}));
		assert(again.flatMap(({threads}) => threads).length < 20, 'The second run began at the start');
	},

	async 'four walks side by side do not mix'({library, transport}) {
		const {connection} = await transport.start({threads: 60, latency: 2});
		const walk = () => toArray(library.paginate({...connection, pageSize: 9}));
		for (const threads of await Promise.all([walk(), walk(), walk(), walk()])) {
			equal(
				threads.map(({id}) => id),
				idsOf(60),
				'ids',
			);
		}
	},

	async 'a web stream of lines'({library, transport}) {
		const {connection} = await transport.start({threads: 25});
		const walk = library.paginate({...connection, pageSize: 10});
		const lines = new ReadableStream({
			async pull(controller) {
				const {done, value} = await walk.next();
				done ? controller.close() : controller.enqueue(`${value.id}\n`);
			},
		}).pipeThrough(new TextEncoderStream());
		equal((await new Response(lines).text()).trim().split('\n'), idsOf(25), 'lines');
	},
};
