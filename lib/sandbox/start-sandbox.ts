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
	// Only who listens needs a server, and a runtime that has one.
	const {serve} = await import('./serve.ts');
	const isReset = (error: unknown) => error instanceof ConnectionReset;
	const {url, close} = await serve({port, answer: sandbox.fetch, isReset});

	return {...sandbox, url, close, [Symbol.asyncDispose]: close};
}
