import {type ChildProcess, execFile, spawn} from 'node:child_process';
import {once} from 'node:events';
import {resolve} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {promisify} from 'node:util';
import {afterAll, beforeAll, expect, jest, test} from '@jest/globals';
import type {AccountStatus} from '../examples/accounts/accounts.ts';
import type {WorkerOptions} from '../examples/accounts/worker.ts';
import type {AccessToken, Thread} from '../lib/index.ts';
import {type StartedSandbox, type StartSandboxOptions, startSandbox} from '../lib/sandbox/index.ts';
import {mostIn} from './support/limited-server.ts';
import {describeExample, heldOf, isInstalled, truthOf} from './support/warehouse.ts';

jest.setTimeout(240_000);

const main = resolve(import.meta.dirname, '../examples/accounts/main.ts');
const {DATABASE_URL: serverUrl = ''} = process.env;
const example = (missing: string | false) => ({name: 'accounts', missing});

const modules = isInstalled('accounts')
	? {
			...(await import('../examples/accounts/accounts.ts')),
			...(await import('../examples/accounts/database.ts')),
			...(await import('../examples/accounts/token.ts')),
			...(await import('../examples/accounts/worker.ts')),
		}
	: undefined;

const ends: Array<() => unknown> = [];
afterAll(async () => {
	for (const end of ends.reverse()) {
		await end();
	}
});

const app = {clientId: 'embedded', clientSecret: 'embedded'};

/** LONG_TESTS=1 runs what takes long, and only that: pg-boss notices a dead worker after ten seconds. */
if (process.env.LONG_TESTS === '1') {
	describeExample('accounts on a server', example(serverUrl === '' && 'DATABASE_URL is not set'), () => {
		test('three workers, one killed twice and one asked to end: each table is its HubSpot, and small accounts do not wait', async () => {
			const {openDatabase, createTables, addAccount, enqueueAll, statusOf} = modules as Modules;
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

			const scripted = {status: 429, headers: {'retry-after': '1'}, body: {policyName: 'SECONDLY'}};
			const accounts = await Promise.all(
				Array.from({length: 15}, async (_, index) => {
					const refreshToken = `refresh-${index}`;
					const sandbox = await startSandbox({
						seed: index + 1,
						threads: index < 2 ? 110 : index < large ? 60 : 5 + index,
						// A list by time does not have them.
						messageless: 0,
						latency,
						accessToken: () => false,
						oauth: {...app, refreshToken: index === 14 ? 'removed' : refreshToken, expiresIn: 5},
						// The interval is HubSpot's, and so is the slack of the throttle, which is a part of it.
						rateLimit: {limit, interval: 10_000},
						faults: ({number}) =>
							number % 41 === 0
								? {status: 503}
								: number === 30
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

			await enqueueAll(database);
			const startWorker = () => {
				const child = spawn(
					process.execPath,
					[main, '--worker', ...['--concurrency', '2', '--slice', '1000', '--page-size', '10']],
					{
						env: {...process.env, DATABASE_URL: url.href},
						stdio: ['ignore', 'ignore', 'inherit'],
					},
				);
				ends.push(() => child.kill('SIGKILL'));
				return child;
			};
			const workers = [startWorker(), startWorker(), startWorker()];

			// Messages arrive all the time, in accounts that are worked on.
			let moves = 0;
			const moving = setInterval(() => {
				const {sandbox} = accounts[moves % accounts.length] as (typeof accounts)[number];
				const threads = [...sandbox.threads];
				sandbox.receiveMessage((threads[(moves++ * 7) % threads.length] as Thread).id);
			}, 100);
			ends.push(() => clearInterval(moving));

			/** The accounts, if that worker has one of the large ones. */
			const whenBusy = async ({pid}: ChildProcess) => {
				const rows = await statusOf(database);
				if (!rows.some(isOpen)) {
					throw new Error('All accounts were done before');
				}

				return rows.some(row => row.worker?.endsWith(` ${pid}`) && isLarge(row)) ? rows : undefined;
			};
			const areMostDone = async () =>
				(await statusOf(database)).filter(row => !isLarge(row) && !isOpen(row)).length > 4 || undefined;
			await until(areMostDone);
			const killed: string[] = [];
			for (const index of [0, 0]) {
				const worker = workers[index] as ChildProcess;
				await until(() => whenBusy(worker));
				worker.kill('SIGKILL');
				killed.push(String(worker.pid));
				workers[index] = startWorker();
			}

			// Ends as a machine does that is replaced: what it had goes on elsewhere.
			const [, asked] = workers as [ChildProcess, ChildProcess];
			await until(() => whenBusy(asked));
			const since = performance.now();
			asked.kill('SIGTERM');
			await once(asked, 'exit');
			expect(performance.now() - since).toBeLessThan(1000);
			expect(await whenBusy(asked)).toBeUndefined();

			await untilOver(() => statusOf(database));
			clearInterval(moving);
			const begin = Math.min(
				...accounts.map(({sandbox}) => sandbox.requests[0]?.time ?? Number.POSITIVE_INFINITY),
			);
			const {rows: times} = await database.query<{account: string; milliseconds: number}>(
				`SELECT id AS account, extract(epoch FROM done_at)::double precision * 1000 - $1 AS milliseconds
			FROM hubspot_accounts WHERE state = 'done' ORDER BY milliseconds`,
				[begin],
			);
			expect(times).toHaveLength(14);
			const small = times.filter(time => !isLarge(time)).map(({milliseconds}) => milliseconds);
			expect(small[small.length >> 1]).toBeLessThanOrEqual((times.at(-1)?.milliseconds as number) / 3);

			// What came in after an account was done.
			for (const account of accounts) {
				await addAccount(database, account);
			}

			await enqueueAll(database);
			// The others have ended with the last account.
			startWorker();
			const status = await untilOver(() => statusOf(database));
			for (const {id, sandbox} of accounts.slice(0, 14)) {
				const queries = heldOf(id).map(sql => database.query(sql).then(({rows}) => rows));
				expect(await Promise.all(queries)).toEqual(truthOf(sandbox, []));
				expectOneAtATime(sandbox, killed);
				const reads = sandbox.requests.filter(({url}) => !url.includes('/oauth/'));
				expect(
					mostIn(
						10_000,
						reads.map(({time}) => time),
					),
				).toBeLessThanOrEqual(limit);
				// None but the one in the script: no limit was passed.
				expect(reads.filter(({status, number}) => status === 429 && number !== 30)).toEqual([]);
			}

			expect(status.find(({account}) => account === 'account-14')).toMatchObject({
				state: 'set aside',
				reason: expect.stringContaining('install the app again'),
			});
		});
	});
} else {
	describeExample('accounts on PGlite', example(false), () => {
		/** Waits most of its time, for its HubSpots: it begins before the other tests. */
		let command: Promise<{stdout: string}>;
		beforeAll(() => {
			const {DATABASE_URL: _, ...env} = process.env;
			const args = [main, '--accounts', '6'];
			command = promisify(execFile)(process.execPath, args, {env, timeout: 200_000});
			// Whoever waits for it sees why it failed.
			command.catch(() => {});
		});

		/** Its own worker on an account of its own, in this process. */
		async function work(
			id: string,
			options: StartSandboxOptions,
			slice: Pick<WorkerOptions, 'slice' | 'pageSize'>,
		) {
			const {addAccount, enqueueAll, startWorker, statusOf} = modules as Modules;
			const database = await pglite();
			const sandbox = await startSandbox({
				messageless: 0,
				accessToken: () => false,
				oauth: {...app, refreshToken: id, expiresIn: 60},
				...options,
			});
			ends.push(() => sandbox.close());
			await addAccount(database, {id, baseUrl: sandbox.url, refreshToken: id});
			await enqueueAll(database);
			const worker = await startWorker(database, {name: id, app, concurrency: 1, ...slice});
			ends.push(() => worker.stop());
			return {
				database,
				sandbox,
				status: async () => (await statusOf(database)).find(({account}) => account === id),
			};
		}

		/** One for all tests: to make one takes seconds. */
		let opening: ReturnType<Modules['openDatabase']> | undefined;
		const pglite = () => {
			opening ??= (modules as Modules).openDatabase('').then(async database => {
				ends.push(() => database.close());
				await (modules as Modules).createTables(database);
				return database;
			});
			return opening;
		};

		test('a slice is over when its checkpoint has moved, which takes the messages of a whole page', async () => {
			const rateLimit = {limit: 1000, interval: 1000};
			const {status, sandbox, database} = await work(
				'large pages',
				{threads: 130, rateLimit},
				{slice: 1, pageSize: 100},
			);
			await until(async () => ((await status())?.state === 'done' ? true : undefined));
			const queries = heldOf('large pages').map(sql => database.query(sql).then(({rows}) => rows));
			expect(await Promise.all(queries)).toEqual(truthOf(sandbox, []));
		});

		test('an account whose day is used up goes on an hour later', async () => {
			// A twentieth is left to others.
			const rateLimit = {limit: 1000, interval: 1000, daily: 20};
			const {status, database} = await work('used up', {threads: 40, rateLimit}, {slice: 1000, pageSize: 10});
			await until(async () => (await status())?.reason ?? undefined);
			expect(await status()).toMatchObject({
				state: 'waiting',
				worker: null,
				reason: "The day's requests are used up. It goes on by itself.",
			});
			// Not a retry in a second, and in the next one again: that would take from others what is left to them.
			const {rows} = await database.query(
				`SELECT round(extract(epoch FROM start_after - created_on))::integer AS seconds
				FROM pgboss.job WHERE state <> 'completed'`,
			);
			expect(rows).toEqual([{seconds: 3600}]);
		});

		test('one command: all accounts are done, and one that has removed the app is set aside, with what to do', async () => {
			const {stdout} = await command;
			const rows = stdout.split('\n').filter(line => line.includes("'account-"));
			expect(rows).toHaveLength(6);
			const removed = rows.pop();
			expect(removed).toContain("'set aside'");
			expect(removed).toContain('The customer has to install the app again.');
			for (const row of rows) {
				expect(row).toContain("'done'");
				expect(row).toContain("'100 %'");
			}
		});

		test('a token that HubSpot has refused is renewed once, whoever hears of it later', async () => {
			const {addAccount, createAccessToken} = modules as Modules;
			const database = await pglite();
			const id = 'refused';
			const sandbox = await startSandbox({threads: 5, oauth: {...app, refreshToken: id}});
			ends.push(() => sandbox.close());
			await addAccount(database, {id, baseUrl: sandbox.url, refreshToken: id});
			const token = createAccessToken(database, app, id) as Exclude<AccessToken, string>;
			const {signal} = new AbortController();
			const refusedToken = await token({refresh: false, signal});
			const renewed = await token({refresh: true, refusedToken, signal});
			expect(renewed).not.toBe(refusedToken);
			expect(await token({refresh: true, refusedToken, signal})).toBe(renewed);
			expect(sandbox.requests).toHaveLength(2);
		});
	});
}

type Modules = NonNullable<typeof modules>;

/** So many accounts are large: more than two workers take, so that a new one finds work. */
const large = 7;
const limit = 100;
const latency = 50;

const isLarge = ({account}: Pick<AccountStatus, 'account'>) => Number(account.split('-')[1]) < large;
const isOpen = ({state}: AccountStatus) => state === 'waiting' || state === 'working';

/** What `look` gives as soon as it gives something. */
async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
	for (;;) {
		const seen = await look();
		if (seen !== undefined) {
			return seen;
		}

		await delay(100);
	}
}

const untilOver = (read: () => Promise<AccountStatus[]>) =>
	until(async () => {
		const rows = await read();
		return rows.some(isOpen) ? undefined : rows;
	});

/**
 * One worker at a time: a request of another one comes when the last of the one before has its answer, unless that one
 * is dead.
 */
function expectOneAtATime({requests}: StartedSandbox, killed: readonly string[]) {
	const reads = requests.filter(({url}) => !url.includes('/oauth/'));
	const workerOf = ({headers}: (typeof reads)[number]) => headers.get('user-agent') ?? '';
	for (const [index, request] of reads.entries()) {
		const before = reads[index - 1];
		if (
			before &&
			workerOf(before) !== workerOf(request) &&
			!killed.some(pid => workerOf(before).endsWith(` ${pid}`))
		) {
			expect(request.time - before.time).toBeGreaterThanOrEqual(
				before.isAborted || before.status === undefined ? 0 : latency - 5,
			);
		}
	}
}
