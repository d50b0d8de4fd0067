import {type ChildProcess, fork} from 'node:child_process';
import {join} from 'node:path';
import type {WorkerOptions} from './worker.ts';

export interface Workers {
	readonly names: readonly string[];
	/** What ended a walk that should not have ended. */
	readonly failures: ReadonlyArray<{
		readonly name: string;
		readonly message: string;
		readonly resume?: unknown;
	}>;
	start(): void;
	/** As a machine that loses its power. */
	kill(count: number): void;
	stop(): Promise<void>;
}

type Common = Omit<WorkerOptions, 'name'>;

/** So many processes, which wait for `start()`: none is ahead of the others. */
export async function startWorkers(
	count: number,
	common: Common,
	own: (index: number) => Partial<WorkerOptions> = () => ({}),
): Promise<Workers> {
	const failures: Array<Workers['failures'][number]> = [];
	const children = await Promise.all(
		Array.from({length: count}, async (_, index) => {
			const options: WorkerOptions = {...common, name: `process-${index}`, ...own(index)};
			const child = fork(join(import.meta.dirname, 'worker.ts'), {
				env: {...process.env, WORKER: JSON.stringify(options)},
				execArgv: ['--disable-warning=ExperimentalWarning'],
			});
			const {promise, resolve, reject} = Promise.withResolvers<ChildProcess>();
			child.once('exit', () => reject(new Error(`${options.name} ended before it was ready`)));
			child.on('message', message => {
				if (message === 'ready') {
					resolve(child);
				} else {
					failures.push(message as Workers['failures'][number]);
				}
			});
			return promise;
		}),
	);

	async function end(child: ChildProcess) {
		if (child.exitCode === null && child.signalCode === null) {
			const ended = new Promise(resolve => child.once('exit', resolve));
			child.kill('SIGKILL');
			await ended;
		}
	}

	return {
		names: children.map((_, index) => `process-${index}`),
		failures,
		start() {
			for (const child of children) {
				child.send('start');
			}
		},
		kill(number) {
			for (const child of children.slice(0, number)) {
				child.kill('SIGKILL');
			}
		},
		async stop() {
			await Promise.all(children.map(end));
		},
	};
}
