import {setImmediate as nextTurn} from 'node:timers/promises';
import type {ServerRequest} from 'srvx';
import {serve} from 'srvx/node';
import {ConnectionReset} from './fault.ts';
import type {SandboxOptions} from './options.ts';
import {createSandbox, type Sandbox} from './sandbox.ts';

/** A sandbox that listens on this machine; `await using` closes it. */
export interface StartedSandbox extends Sandbox, AsyncDisposable {
	/** For the `baseUrl` option. */
	readonly url: string;
	/** Closes the server and its connections. */
	close(): Promise<void>;
}

/** What a sandbox over real HTTP takes. */
export interface StartSandboxOptions extends SandboxOptions {
	/** To listen on. Default: any that is free. */
	readonly port?: number;
}

/**
 * Starts a HubSpot on this machine, over real HTTP.
 *
 * ```ts
 * import {paginate} from 'hubspot-threads';
 * import {startSandbox} from 'hubspot-threads/sandbox';
 *
 * await using sandbox = await startSandbox({threads: 2000, latency: 100});
 * for await (const thread of paginate({accessToken: sandbox.accessToken, baseUrl: sandbox.url})) {
 *   console.log(thread.id);
 * }
 * ```
 *
 * @throws {Error} if the `port` is taken.
 */
export async function startSandbox(options: StartSandboxOptions = {}): Promise<StartedSandbox> {
	const {port = 0} = options;
	const sandbox = createSandbox(options);
	const server = serve({
		fetch: request => sandbox.fetch(request).then(sendBeforeCut, error => resetConnection(request, error)),
		port,
		hostname: '127.0.0.1',
		silent: true,
		gracefulShutdown: false,
	});
	await server.ready();
	const close = () => server.close(true);

	return {...sandbox, url: new URL(server.url as string).origin, close, [Symbol.asyncDispose]: close};
}

/** A body that is cut takes its connection with it: what came before has to be on its way by then. */
function sendBeforeCut({body, status, headers}: Response): Response {
	const reader = body?.getReader();
	const unhurried =
		reader &&
		new ReadableStream<Uint8Array>({
			async pull(controller) {
				try {
					const {done, value} = await reader.read();
					done ? controller.close() : controller.enqueue(value);
				} catch (error) {
					await nextTurn();
					throw error;
				}
			},
			cancel: reason => reader.cancel(reason),
		});
	return new Response(unhurried, {status, headers});
}

function resetConnection(request: ServerRequest, error: unknown): Response {
	const socket = request.runtime?.node?.res?.socket;
	if (error instanceof ConnectionReset) {
		socket?.resetAndDestroy();
	} else if (!request.signal.aborted) {
		throw error;
	}

	return new Response(null);
}
