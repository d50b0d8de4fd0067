import {fork} from 'node:child_process';
import {once} from 'node:events';
import {join} from 'node:path';
import type {Log, ServerOptions} from './serve.ts';

export interface Server extends AsyncDisposable {
	readonly baseUrl: string;
	readonly accessToken: string;
	/** What it has seen since it was last asked. */
	log(): Promise<Log>;
}

/** Starts a HubSpot in a process of its own. */
export async function startServer(options: ServerOptions): Promise<Server> {
	const child = fork(join(import.meta.dirname, 'serve.ts'), [JSON.stringify(options)]);
	const [{baseUrl, accessToken}] = await once(child, 'message');

	return {
		baseUrl,
		accessToken,
		async log() {
			child.send('log');
			const [log] = await once(child, 'message');
			return log;
		},
		async [Symbol.asyncDispose]() {
			child.kill();
			await once(child, 'exit');
		},
	};
}
