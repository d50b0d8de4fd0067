import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {join} from 'node:path';

const entry = join(import.meta.dirname, '../entries/process.mjs');

/** A process with nothing left to do ends; one that still has a timer or a socket does not. */
const timeToEnd = 10_000;

/** Runs the checks in a process of a runtime that has files and sockets. */
export const runInProcess =
	(argumentsOf = () => [], {isOffline = false} = {}) =>
	async (path, {host, only}) => {
		const child = spawn(path, [...argumentsOf({host}), entry, isOffline ? '' : host, only ?? ''], {
			stdio: ['ignore', 'pipe', 'pipe'],
			// Bun would install what it does not find.
			env: {PATH: process.env.PATH, HOME: process.env.HOME, NO_COLOR: '1'},
		});
		let stdout = '';
		let stderr = '';
		let timer;
		child.stdout.setEncoding('utf8').on('data', text => {
			stdout += text;
			timer ??= setTimeout(() => child.kill('SIGKILL'), timeToEnd);
		});
		child.stderr.setEncoding('utf8').on('data', text => {
			stderr += text;
		});
		const [code, signal] = await once(child, 'close');
		clearTimeout(timer);
		const ending = {
			transport: 'in memory',
			name: 'the process ends by itself, and well',
			failure: code === 0 ? undefined : `It ended with ${signal ?? code}\n${stderr}`,
		};
		try {
			return [...JSON.parse(stdout), ending];
		} catch {
			return [{...ending, failure: `It did not end well: ${signal ?? code}\n${stdout}${stderr}`}];
		}
	};
