import type {ChildProcess} from 'node:child_process';
import {once} from 'node:events';

/** The next message of a process. @throws if it ends without one: nothing would be left to wait for. */
export async function nextMessage<T>(child: ChildProcess): Promise<T> {
	const waiting = new AbortController();
	const ended = once(child, 'disconnect', waiting).then(() => {
		throw new Error(`A process ended without a result: ${child.spawnargs.join(' ')}`);
	});
	try {
		const [message] = await Promise.race([once(child, 'message', waiting), ended]);
		return message as T;
	} finally {
		waiting.abort();
	}
}
