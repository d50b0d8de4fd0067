import {type ChildProcess, execFile, spawn} from 'node:child_process';
import {once} from 'node:events';
import {resolve} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {isDeepStrictEqual, promisify} from 'node:util';
import {afterAll, expect, jest, test} from '@jest/globals';
import type {AccountStatus} from '../examples/accounts/accounts.ts';
import type {Thread} from '../lib/index.ts';
import {type StartedSandbox, startSandbox} from '../lib/sandbox/index.ts';
import {describeExample, isInstalled} from './support/warehouse.ts';

jest.setTimeout(240_000);

const main = resolve(import.meta.dirname, '../examples/accounts/main.ts');
const {DATABASE_URL: serverUrl = ''} = process.env;
const example = (missing: string | false) => ({name: 'accounts', missing});

const modules = isInstalled('accounts')
	? {
			...(await import('../examples/accounts/accounts.ts')),
			...(await import('../examples/accounts/database.ts')),
			...(await import('../examples/accounts/worker.ts')),
		}
	: undefined;

const ends: Array<() => unknown> = [];
afterAll(async () => {
	for (const end of ends.reverse()) {
		await end();
	}
});

/** The most requests for the list in any rolling interval. */
function mostIn(interval: number, times: readonly number[]): number {
	return Math.max(
		0,
		...times.map(from => times.filter(time => time >= from && time < from + interval).length),
	);
}

describeExample('accounts on PGlite', example(false), () => {
	test('one command: all accounts are done, and one that has removed the app is set aside, with what to do', async () => {
		const {DATABASE_URL: _, ...env} = process.env;
		const args = [main, '--accounts', '9'];
		const {stdout} = await promisify(execFile)(process.execPath, args, {env, timeout: 200_000});
		const rows = stdout.split('\n').filter(line => line.includes("'account-"));
		expect(rows).toHaveLength(9);
		const [removed, ...others] = rows.toSorted(
			(a, b) => Number(b.includes('-05')) - Number(a.includes('-05')),
		);
		expect(removed).toContain("'set aside'");
		expect(removed).toContain('The customer has to install the app again.');
		for (const row of others) {
			expect(row).toContain("'done'");
			expect(row).toContain("'100 %'");
		}
	});
});

describeExample('accounts on a server', example(serverUrl === '' && 'DATABASE_URL is not set'), () => {
	test('three workers, one killed twice and one asked to end: each table is its HubSpot, and small accounts do not wait', async () => {
		const {openDatabase, createTables, addAccount, enqueueAll, statusOf} = modules as NonNullable<
			typeof modules
		>;
		const name = `accounts_${process.pid}`;
		const admin = await openDatabase(serverUrl);
		ends.push(() => admin.close());
		await admin.query(`CREATE DATABASE ${name}`);
		ends.push(() => admin.query(`DROP DATABASE ${name} WITH (FORCE)`));
		const url = new URL(serverUrl);
		url.pathname = name;
		const database = await openDatabase(url.href);
		ends.push(() => database.close());
		await createTables(database);

		const app = {clientId: 'embedded', clientSecret: 'embedded'};
		const scripted = {status: 429, headers: {'retry-after': '1'}, body: {policyName: 'SECONDLY'}};
		const accounts = await Promise.all(
			Array.from({length: 15}, async (_, index) => {
				const refreshToken = `refresh-${index}`;
				const sandbox = await startSandbox({
					seed: index + 1,
					threads: index < 3 ? 12_000 : 300 + index * 20,
					latency: 50,
					accessToken: () => false,
					oauth: {...app, refreshToken: index === 14 ? 'removed' : refreshToken, expiresIn: 5},
					// As HubSpot's: the slack of the throttle is a part of the interval.
					rateLimit: {limit: 100, interval: 10_000},
					faults: ({number}) =>
						number % 41 === 0
							? {status: 503}
							: number === 60
								? scripted
								: number % 53 === 0
									? {reset: true}
									: undefined,
				});
				ends.push(() => sandbox.close());
				return {id: `account-${index}`, baseUrl: sandbox.url, refreshToken, sandbox};
			}),
		);
		for (const account of accounts) {
			await addAccount(database, account);
		}

		const begin = Date.now();
		await enqueueAll(database);
		const startWorker = () => {
			const child = spawn(process.execPath, [main, '--worker', '--page-size', '100'], {
				env: {...process.env, DATABASE_URL: url.href},
				stdio: ['ignore', 'ignore', 'inherit'],
			});
			ends.push(() => child.kill('SIGKILL'));
			return child;
		};
		const workers = [startWorker(), startWorker(), startWorker()];

		// Messages arrive all the time, in accounts that are worked on.
		let moves = 0;
		const moving = setInterval(() => {
			const {sandbox} = accounts[moves++ % accounts.length] as (typeof accounts)[number];
			const [first] = sandbox.threads;
			sandbox.receiveMessage((first as Thread).id);
		}, 100);
		ends.push(() => clearInterval(moving));

		const killed: string[] = [];
		for (const index of [0, 0]) {
			await delay(3000);
			const worker = workers[index] as ChildProcess;
			worker.kill('SIGKILL');
			killed.push(String(worker.pid));
			workers[index] = startWorker();
		}

		// Ends as a machine does that is replaced: what it had goes on elsewhere.
		const [, asked] = workers as [ChildProcess, ChildProcess];
		const since = performance.now();
		asked.kill('SIGTERM');
		await once(asked, 'exit');
		expect(performance.now() - since).toBeLessThan(1000);
		const left = await statusOf(database);
		expect(left.filter(({worker}) => worker?.endsWith(` ${asked.pid}`))).toEqual([]);
		expect(left.some(({state}) => state === 'waiting' || state === 'working')).toBe(true);

		await untilOver(() => statusOf(database));
		clearInterval(moving);
		const {rows: times} = await database.query<{id: string; milliseconds: number}>(
			`SELECT id, extract(epoch FROM done_at)::double precision * 1000 - $1 AS milliseconds
			FROM hubspot_accounts WHERE state = 'done' ORDER BY milliseconds`,
			[begin],
		);
		expect(times).toHaveLength(14);
		const small = times.filter(({id}) => Number(id.split('-')[1]) >= 3).map(({milliseconds}) => milliseconds);
		expect(small[small.length >> 1]).toBeLessThanOrEqual((times.at(-1)?.milliseconds as number) / 3);

		// What came in after an account was done.
		for (const account of accounts) {
			await addAccount(database, account);
		}

		await enqueueAll(database);
		workers.push(startWorker());
		const status = await untilOver(() => statusOf(database));
		for (const {id, sandbox} of accounts.slice(0, 14)) {
			const {rows} = await database.query<{thread: Thread}>(
				'SELECT thread FROM hubspot_account_threads WHERE account = $1',
				[id],
			);
			expect(rows).toHaveLength([...sandbox.threads].filter(isListed).length);
			expect(
				differing(
					rows.map(({thread}) => thread),
					sandbox.threads,
				),
			).toEqual([]);
			expectOneAtATime(sandbox, killed);
			const lists = sandbox.requests.filter(({url}) => !url.includes('/oauth/'));
			expect(
				mostIn(
					10_000,
					lists.map(({time}) => time),
				),
			).toBeLessThanOrEqual(100);
			// None but the one in the script: no limit was passed.
			expect(lists.filter(({status, number}) => status === 429 && number !== 60)).toEqual([]);
		}

		expect(status.find(({account}) => account === 'account-14')).toMatchObject({
			state: 'set aside',
			reason: expect.stringContaining('install the app again'),
		});
	});
});

const isListed = ({latestMessageTimestamp}: Thread) => latestMessageTimestamp !== undefined;

/** Rows that are not what HubSpot has. */
function differing(rows: readonly Thread[], threads: Iterable<Thread>): readonly Thread[] {
	const truth = new Map([...threads].map(thread => [thread.id, thread]));
	return rows.filter(row => !isDeepStrictEqual(row, truth.get(row.id)));
}

async function untilOver(read: () => Promise<AccountStatus[]>): Promise<AccountStatus[]> {
	for (;;) {
		const rows = await read();
		if (rows.every(({state}) => state === 'done' || state === 'set aside')) {
			return rows;
		}

		await delay(200);
	}
}

/** A request of another worker comes when the last one of the worker before has its answer, unless that one is dead. */
function expectOneAtATime({requests}: StartedSandbox, killed: readonly string[]) {
	const lists = requests.filter(({url}) => !url.includes('/oauth/'));
	for (const [index, request] of lists.entries()) {
		const before = lists[index - 1];
		const worker = before?.headers.get('user-agent');
		if (
			before &&
			worker !== request.headers.get('user-agent') &&
			!killed.some(pid => worker?.endsWith(` ${pid}`))
		) {
			expect(request.time - before.time).toBeGreaterThanOrEqual(
				before.isAborted || before.status === undefined ? 0 : 45,
			);
		}
	}
}
