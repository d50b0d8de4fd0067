import {type ChildProcess, fork} from 'node:child_process';
import {once} from 'node:events';
import {fileURLToPath} from 'node:url';

/** Starts a file beside this one, and gives the first thing that it says. */
export async function start<Message>(
	file: string,
	args: readonly string[],
): Promise<[Message, ChildProcess]> {
	const child = fork(fileURLToPath(new URL(file, import.meta.url)), args);
	const exit = new AbortController();
	child.once('exit', code => exit.abort(new Error(`${file} ${args.join(' ')} ended with ${code}`)));
	const [message] = await once(child, 'message', {signal: exit.signal});
	return [message as Message, child];
}

/**
 * What `measure` gives for each name, `runs` times in turn, so that a machine that gets slower gets slower for
 * all. A first round that does not count warms the server.
 */
export async function takeTurns(
	names: readonly string[],
	runs: number,
	measure: (name: string) => Promise<number>,
): Promise<Record<string, number[]>> {
	const found: Record<string, number[]> = {};
	for (let run = 0; run <= runs; run++) {
		for (const name of names) {
			const value = await measure(name);
			if (run > 0) {
				(found[name] ??= []).push(value);
			}
		}
	}

	return found;
}

/** The median of the ratios of runs that followed one another. */
export function ratio(own: readonly number[], other: readonly number[]): number {
	return median(own.map((value, run) => value / (other[run] as number)));
}

export function median(values: readonly number[]): number {
	return values.toSorted((a, b) => a - b)[values.length >> 1] as number;
}
