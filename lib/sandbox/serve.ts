import {setImmediate as nextTurn} from 'node:timers/promises';
import type {ServerRequest} from 'srvx';
import {serve as listen} from 'srvx/node';

/** What answers over real HTTP. */
export interface Served {
	readonly url: string;
	/** Closes the server and its connections. */
	close(): Promise<void>;
}

/** What is to be served. */
export interface Service {
	readonly port: number;
	answer(request: Request): Promise<Response>;
	/** Whether what `answer` threw is to reset the connection. */
	isReset(error: unknown): boolean;
}

/**
 * Serves a function from `Request` to `Response` on this machine. It imports nothing of the sandbox, so that the
 * build can leave it out of whatever does not listen.
 *
 * @throws {Error} if the port is taken.
 */
export async function serve({port, answer, isReset}: Service): Promise<Served> {
	const server = listen({
		fetch: request =>
			answer(request).then(sendBeforeCut, error => endConnection(request, error, isReset(error))),
		port,
		hostname: '127.0.0.1',
		silent: true,
		gracefulShutdown: false,
	});
	await server.ready();
	return {url: new URL(server.url as string).origin, close: () => server.close(true)};
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

function endConnection(request: ServerRequest, error: unknown, isReset: boolean): Response {
	if (isReset) {
		request.runtime?.node?.res?.socket?.resetAndDestroy();
	} else if (!request.signal.aborted) {
		throw error;
	}

	return new Response(null);
}
