import {fork} from 'node:child_process';
import {once} from 'node:events';
import {join} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import type {Result, Task} from './contend.ts';
import {nextMessage} from './message.ts';
import type {Log, ServerOptions} from './serve.ts';
import {type Server, startServer} from './server.ts';

/** Nothing that counts: for the measures that are not about the rate. */
export const unlimited = {limit: 200, interval: 100};

export interface Entry extends Omit<Task, 'account'> {
	/** What it is called in the table. */
	readonly name: string;
	/** Where its HubSpot differs from that of the others. */
	readonly server?: Partial<ServerOptions>;
	/** Where it keeps to another limit. */
	readonly rate?: Task['account']['rate'];
}

export interface Race {
	/** For the progress. */
	readonly title: string;
	readonly rounds: number;
	/** Let the first group walk once before, so that the server has its answers. Default: false. */
	readonly warmsUp?: boolean;
	/**
	 * Groups take turns; who is in one group runs side by side, each with a HubSpot of its own. They begin one after the
	 * other within an interval of the limit: in step, the bursts of all would wait for this machine, not for HubSpot.
	 */
	readonly groups: ReadonlyArray<readonly Entry[]>;
	readonly server: ServerOptions;
	/** One HubSpot for all; requires groups of one. Default: false. */
	readonly sharesServer?: boolean;
	readonly pageSize?: number;
	readonly rate?: Task['account']['rate'];
}

export interface Run extends Result {
	readonly log: Log;
}

/** By contender, the runs in the order of the rounds. */
export type Runs = ReadonlyMap<string, readonly Run[]>;

/** Every run is a fresh process, and the contenders take turns: a machine that gets slower gets slower for all. */
export async function race(options: Race): Promise<Runs> {
	const {title, rounds, warmsUp, groups, sharesServer} = options;
	const runs = new Map<string, Run[]>(groups.flat().map(({name}) => [name, []]));
	await using shared = sharesServer ? await startServer(options.server) : undefined;
	for (let round = warmsUp ? 0 : 1; round <= rounds; round++) {
		for (const group of round > 0 ? groups : groups.slice(0, 1)) {
			const names = group.map(({name}) => name).join(', ');
			progress(`${title}, ${round > 0 ? `round ${round} of ${rounds}` : 'warming up'}: ${names}`);
			const results = await runGroup(group, options, shared);
			for (const [index, result] of results.entries()) {
				if (round > 0) {
					runs.get(group[index]?.name as string)?.push(result);
				}
			}
		}
	}

	return runs;
}

/** Nobody walks while a HubSpot is still making its threads. */
async function runGroup(group: readonly Entry[], options: Race, shared: Server | undefined): Promise<Run[]> {
	await using own = new AsyncDisposableStack();
	const servers = await Promise.all(
		group.map(({server}) => shared ?? startServer({...options.server, ...server})),
	);
	for (const server of shared ? [] : servers) {
		own.use(server);
	}

	const {interval} = options.rate ?? unlimited;
	return await Promise.all(
		group.map(async (entry, index) => {
			await wait((index * interval) / group.length);
			return run(entry, options, servers[index] as Server);
		}),
	);
}

async function run(
	{name, server: _, rate: own, ...task}: Entry,
	options: Race,
	server: Server,
): Promise<Run> {
	const {pageSize = 500, rate = unlimited} = options;
	const {baseUrl, accessToken} = server;
	const result = await contend({...task, account: {baseUrl, accessToken, pageSize, rate: own ?? rate}});
	return {...result, log: await server.log()};
}

/** Walks in a process of its own. */
export async function contend(task: Task): Promise<Result> {
	// HubSpot's client prints its retries.
	const child = fork(join(import.meta.dirname, 'contend.ts'), [JSON.stringify(task)], {
		stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
		execArgv: task.heap === undefined ? [] : [`--max-old-space-size=${task.heap}`],
	});
	// It may be gone before its message is read.
	const exited = once(child, 'exit');
	const result = await nextMessage<Result>(child);
	await exited;
	return result;
}

export function progress(line: string): void {
	console.error(`${new Date().toTimeString().slice(0, 8)} ${line}`);
}
