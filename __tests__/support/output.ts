import type {ChildProcessWithoutNullStreams} from 'node:child_process';
import {once} from 'node:events';

/** What a process has printed so far, and how it ends. */
export function outputOf(child: ChildProcessWithoutNullStreams) {
	const printed = {stdout: '', stderr: ''};
	for (const name of ['stdout', 'stderr'] as const) {
		child[name].setEncoding('utf8').on('data', (text: string) => {
			printed[name] += text;
		});
	}

	return {printed, end: once(child, 'close').then(([code, signal]) => ({code, signal, ...printed}))};
}
