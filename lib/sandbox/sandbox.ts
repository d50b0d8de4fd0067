import type {Thread} from '../lists/thread.ts';
import {abortable, waitUntil} from '../wait.ts';
import {createAccount} from './account.ts';
import {type Written, write} from './answers.ts';
import {authorize} from './authorize.ts';
import {createTokenEndpoint, tokenPaths} from './endpoints/oauth.ts';
import {ConnectionReset, type Fault, halfOf} from './fault.ts';
import type {SandboxActor} from './made/actors.ts';
import type {SandboxChannel, SandboxChannelAccount} from './made/channels.ts';
import type {SandboxInbox} from './made/inboxes.ts';
import {sourceOf} from './made/source.ts';
import {makeThreads} from './made/threads.ts';
import type {SandboxMessage} from './message.ts';
import type {SandboxOptions, SandboxRequest} from './options.ts';
import {createEnvelope} from './paging.ts';
import {createRateLimiter} from './rate-limiter.ts';
import {createRouter, refuse} from './router.ts';
import {routesOf} from './routes.ts';

/** A HubSpot that is yours. Whatever names a thread that is not there throws a `TypeError`. */
export interface Sandbox {
	/** Answers without sockets; for the `fetch` option. */
	readonly fetch: (request: Request) => Promise<Response>;
	/** A token that it takes. */
	readonly accessToken: string;
	/** All requests so far. */
	readonly requests: readonly SandboxRequest[];
	/** What it holds now, in the order of ids. */
	readonly threads: Iterable<Thread>;
	/** All inboxes, also those that are archived. */
	readonly inboxes: Iterable<SandboxInbox>;
	/** All channels. */
	readonly channels: Iterable<SandboxChannel>;
	/** All channel accounts, also those that are archived. */
	readonly channelAccounts: Iterable<SandboxChannelAccount>;
	/** Everybody who can be named: agents, visitors, the system, bots, integrations, addresses, assistants. */
	readonly actors: Iterable<SandboxActor>;
	/** All messages of a thread that HubSpot shows, the oldest first, also those that are archived. */
	messages(threadId: string): readonly SandboxMessage[];
	/** Changes fields of a thread, and nothing else; a new `latestMessageTimestamp` moves it in a list by time. */
	update(id: string, changes: Partial<Thread>): void;
	/**
	 * A thread gets a message, now unless a time is given, and moves to its new place in a list by time.
	 *
	 * @param message fields that are to be others than those of a message from the contact.
	 */
	receiveMessage(id: string, time?: Date, message?: Partial<SandboxMessage>): void;
	/** Closes a thread. Like the other changes, it adds HubSpot's own message and leaves `latestMessageTimestamp`. */
	closeThread(id: string, time?: Date): void;
	/** Opens it again. */
	reopenThread(id: string, time?: Date): void;
	/** Assigns it to an actor; `undefined` takes it from whoever has it. */
	assignThread(id: string, actorId: string | undefined, time?: Date): void;
	/** Moves it to another inbox, which comes to be if there is none of that id. */
	moveThread(id: string, inboxId: string, time?: Date): void;
	/** From now on it is only among the archived threads. */
	archiveThread(id: string): void;
	/** Takes it back from the archived threads. */
	restoreThread(id: string): void;
	/** Deletes it for good: it is in no list, and 404. */
	removeThread(id: string): void;
}

/**
 * A HubSpot without sockets: a function from `Request` to `Response`, for tests with a fake clock.
 *
 * ```ts
 * import {paginate} from 'hubspot-threads';
 * import {createSandbox} from 'hubspot-threads/sandbox';
 *
 * const {fetch, accessToken, receiveMessage} = createSandbox({threads: 3});
 * for await (const thread of paginate({fetch, accessToken})) {
 *   receiveMessage(thread.id);
 *   console.log(thread.id);
 * }
 * ```
 */
export function createSandbox(options: SandboxOptions = {}): Sandbox {
	const {threads = 1000, seed = 1, accessToken = 'sandbox-token', encodedCursor = true} = options;
	const {latency = 0, faults = {}, maxPageSize = 500, hiddenMessages = 0.25} = options;
	const source =
		typeof threads === 'number'
			? makeThreads({
					count: threads,
					seed,
					inboxIds: options.inboxIds ?? ['481939', '273071781', '147959634'],
					spread: options.spread ?? 'recent',
					messageless: options.messageless ?? 0.01,
					archived: options.archived ?? 0,
				})
			: sourceOf(threads);
	const account = createAccount(source, {...options, seed, hiddenMessages});
	const oauth = options.oauth && createTokenEndpoint(options.oauth);
	const limiter = options.rateLimit === false ? undefined : createRateLimiter(options.rateLimit ?? {});
	const routes = routesOf(account, createEnvelope(encodedCursor), {...options, maxPageSize});
	const route = createRouter(routes);
	const requests: SandboxRequest[] = [];
	const stalled = new Set<Request>();

	async function fetch(request: Request): Promise<Response> {
		const {signal, method} = request;
		signal.throwIfAborted();
		const {pathname, searchParams} = new URL(request.url);
		const entry: SandboxRequest = {
			number: requests.length + 1,
			method,
			time: Date.now(),
			url: request.url,
			parameters: searchParams,
			headers: request.headers,
		};
		requests.push(entry);
		const fault = typeof faults === 'function' ? (faults(entry) ?? {}) : (faults[entry.number] ?? {});
		const answer = await answerTo(request, pathname, searchParams, fault);
		if (fault.stall) {
			// Nothing else would keep it, and an abort of what was collected is not heard.
			stalled.add(request);
			signal.addEventListener('abort', () => stalled.delete(request), {once: true});
		}

		const wait = fault.latency ?? (typeof latency === 'function' ? latency(entry) : latency);
		try {
			await waitUntil(Date.now() + wait, signal);
			if (fault.stall === 'headers') {
				await abortable(signal, () => new Promise(() => {}));
			}
		} catch (error) {
			entry.isAborted = true;
			throw error;
		}

		if (fault.reset) {
			throw new ConnectionReset();
		}

		entry.status = answer.status;
		if (fault.stall) {
			signal.addEventListener('abort', () => {
				entry.isAborted = true;
			});
		}

		const {body, status, headers} = answer;
		const isStopped = body !== null && (fault.cut || fault.stall);
		return new Response(isStopped ? halfOf(body, fault, signal) : body || null, {status, headers});
	}

	/** As HubSpot decides it: the token first, then the rate, then the path, then the parameters. */
	function answerTo(
		request: Request,
		pathname: string,
		parameters: URLSearchParams,
		fault: Fault,
	): Written | Promise<Written> {
		const {method, headers} = request;
		if (oauth && method === 'POST' && tokenPaths.has(pathname)) {
			// A form asks for a token, so it has none yet, and no rate.
			return request.text().then(form =>
				write(
					() => {},
					() => ({body: oauth.issue(new URLSearchParams(form))}),
					() => undefined,
					fault,
				),
			);
		}

		const found = route(method, pathname);
		const answer = (body?: string) =>
			write(
				() => {
					authorize(headers.get('authorization'), isTaken);
					limiter?.count();
					if (!found.route) {
						refuse(found);
					}
				},
				() => (found.route ? found.route.answer({path: found.path, parameters, body, fault}) : refuse(found)),
				() => limiter?.headers(),
				fault,
			);
		// No other body is read: it would take a turn, and the time of an answer would no longer be exact.
		return found.route && method === 'POST' ? request.text().then(answer) : answer();
	}

	const isTaken = (token: string) =>
		(typeof accessToken === 'string' ? token === accessToken : accessToken(token)) ||
		(oauth?.accepts(token) ?? false);

	return {
		fetch,
		accessToken: typeof accessToken === 'string' ? accessToken : 'sandbox-token',
		requests,
		threads: account.store,
		inboxes: listOf(account.inboxes),
		channels: listOf(account.channels),
		channelAccounts: listOf(account.channelAccounts),
		actors: account.actors,
		messages: threadId => account.rows(threadId).flatMap(({message}) => message ?? []),
		update: account.update,
		receiveMessage: (id, time = new Date(), message) => account.receiveMessage(id, time, message),
		closeThread: (id, time = new Date()) => account.closeThread(id, time),
		reopenThread: (id, time = new Date()) => account.reopenThread(id, time),
		assignThread: (id, actorId, time = new Date()) => account.assignThread(id, actorId, time),
		moveThread: (id, inboxId, time = new Date()) => account.moveThread(id, inboxId, time),
		archiveThread: id => account.update(id, {archived: true}),
		restoreThread: id => account.update(id, {archived: false}),
		removeThread: account.removeThread,
	};
}

/** As it is whenever somebody looks. */
const listOf = <T>(items: () => Iterable<T>): Iterable<T> => ({
	[Symbol.iterator]: () => items()[Symbol.iterator](),
});
