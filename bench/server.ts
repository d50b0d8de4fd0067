import {fork} from 'node:child_process';
import {once} from 'node:events';
import {join} from 'node:path';
import {nextMessage} from './message.ts';
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
	const {baseUrl, accessToken} = await nextMessage<Pick<Server, 'baseUrl' | 'accessToken'>>(child);

	return {
		baseUrl,
		accessToken,
		async log() {
			child.send('log');
			return nextMessage<Log>(child);
		},
		async [Symbol.asyncDispose]() {
			const exited = once(child, 'exit');
			child.kill();
			await exited;
		},
	};
}
