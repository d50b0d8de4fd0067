import {assert, equal, hasRequests, isAborted, rejection, sleep} from './support.mjs';

const hangingIn = (stall, number = 1) => ({threads: 50, faults: {[number]: {stall}}});

/** How a walk is stopped while HubSpot hangs: at once, and HubSpot hears of it. */
export const stopping = {
	...Object.fromEntries(
		['headers', 'body'].flatMap(place => [
			[
				`an abort ends a request that hangs in its ${place}`,
				async ({library, transport}) => {
					const hubspot = await transport.start(hangingIn(place));
					const controller = new AbortController();
					const walk = library.paginate({...hubspot.connection, signal: controller.signal});
					const next = rejection(() => walk.next());
					await hasRequests(hubspot, 1);
					const reason = new Error('The user has left');
					controller.abort(reason);
					assert((await next) === reason, 'It did not reject with the reason of the signal');
					await isAborted(hubspot, 1);
				},
			],
			[
				`return() ends a request that hangs in its ${place}`,
				async ({library, transport}) => {
					const hubspot = await transport.start(hangingIn(place));
					const walk = library.paginate(hubspot.connection);
					const next = walk.next();
					await hasRequests(hubspot, 1);
					await walk.return();
					equal(await next, {done: true}, 'the pending next()');
					await isAborted(hubspot, 1);
				},
			],
		]),
	),

	async 'break ends the request that was read ahead'({library, transport}) {
		const hubspot = await transport.start(hangingIn('headers', 2));
		for await (const _ of library.paginate({...hubspot.connection, pageSize: 10})) {
			await hasRequests(hubspot, 2);
			break;
		}

		await isAborted(hubspot, 2);
	},

	async 'dispose ends a request that hangs'({library, transport}) {
		const hubspot = await transport.start(hangingIn('headers'));
		const walk = library.paginate(hubspot.connection);
		const next = walk.next();
		await hasRequests(hubspot, 1);
		assert(Symbol.asyncDispose in walk, 'It cannot be disposed of');
		await walk[Symbol.asyncDispose]();
		equal(await next, {done: true}, 'the pending next()');
		await isAborted(hubspot, 1);
	},

	async 'stopping a sync ends all its requests'({library, transport}) {
		const faults = Object.fromEntries([2, 3, 4].map(number => [number, {stall: 'body'}]));
		// With answers that take no time, one page at a time is enough for the limit.
		const hubspot = await transport.start({threads: 500, spread: 'uniform', latency: 20, faults});
		const run = library.sync({...hubspot.connection, pageSize: 20, concurrency: 3});
		await run.next();
		await hasRequests(hubspot, 3);
		await run.return();
		await isAborted(hubspot, 2);
		await isAborted(hubspot, 3);
	},

	async 'a deadline of the user is the reason'({library, transport}) {
		const hubspot = await transport.start(hangingIn('headers'));
		const signal = AbortSignal.timeout(1000);
		const next = rejection(() => library.paginate({...hubspot.connection, signal}).next());
		await hasRequests(hubspot, 1);
		const error = await next;
		assert(error === signal.reason && error.name === 'TimeoutError', `It rejected with ${error}`);
		await isAborted(hubspot, 1);
	},

	async 'cancel() of a web stream ends a request that hangs'({library, transport}) {
		const hubspot = await transport.start(hangingIn('headers', 2));
		const walk = library.paginate({...hubspot.connection, pageSize: 1});
		const reader = new ReadableStream({
			async pull(controller) {
				const {done, value} = await walk.next();
				done ? controller.close() : controller.enqueue(value);
			},
			cancel: () => walk.return(),
		}).getReader();
		await reader.read();
		await hasRequests(hubspot, 2);
		await reader.cancel();
		await isAborted(hubspot, 2);
	},

	async 'nothing is left running'({library, transport}) {
		const running = new Set();
		const {setTimeout, clearTimeout} = globalThis;
		const hubspot = await transport.start(hangingIn('headers', 4));
		globalThis.setTimeout = (callback, delay, ...more) => {
			const timer = setTimeout.call(
				globalThis,
				() => {
					running.delete(timer);
					callback(...more);
				},
				delay,
			);
			running.add(timer);
			return timer;
		};
		globalThis.clearTimeout = timer => {
			running.delete(timer);
			clearTimeout.call(globalThis, timer);
		};
		try {
			const options = {...hubspot.connection, pageSize: 10};
			// Its third page waits for a slot, which would come in a minute.
			const walk = library.pages({...options, throttle: {limit: 2, interval: 60_000}});
			await walk.next();
			await walk.next();
			const waiting = walk.next();
			await walk.return();
			await waiting;
			// Its second page hangs, with a deadline that would come in half a minute.
			for await (const _ of library.paginate(options)) {
				await hasRequests(hubspot, 4);
				break;
			}

			// Those that wait for a slot or a deadline would be there for half a minute and more; a last turn is none of them.
			await sleep(50);
		} finally {
			Object.assign(globalThis, {setTimeout, clearTimeout});
		}

		assert(transport.hasTimers || running.size === 0, `${running.size} timers are left`);
		await isAborted(hubspot, 4);
	},
};
