import type {ChildProcess} from 'node:child_process';
import {once} from 'node:events';

/** The next message of a process. @throws if it ends without one: nothing would be left to wait for. */
export async function nextMessage<T>(child: ChildProcess): Promise<T> {
	const ended = once(child, 'disconnect').then(() => {
		throw new Error(`A process ended without a result: ${child.spawnargs.join(' ')}`);
	});
	const [message] = await Promise.race([once(child, 'message'), ended]);
	return message as T;
}
