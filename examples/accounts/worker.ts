import {DailyReserveError, RateLimitError, ResponseError, sync, type Throttle} from 'hubspot-threads';
import {createPostgresThrottle} from 'hubspot-threads/shared';
import {type Job, PgBoss} from 'pg-boss';
import {type AccountRow, claim, release, store} from './accounts.ts';
import type {Database, Queryable} from './database.ts';
import {type App, createAccessToken} from './token.ts';

const queue = 'hubspot-account';

export interface WorkerOptions {
	readonly name: string;
	readonly app: App;
	/** Accounts that it works on at a time. */
	readonly concurrency: number;
	/**
	 * Milliseconds for each account before it is the turn of others. Some sixty threads that have been read ahead are read
	 * again in the next slice: with HubSpot's limits, let it be minutes.
	 */
	readonly slice: number;
	/** Threads per request for the list: the slice goes on until their messages are stored too. */
	readonly pageSize: number;
}

export interface Worker {
	/** Hands over what it works on, and ends. */
	stop(): Promise<void>;
}

interface AccountJob {
	readonly account: string;
}

/** Where an account stands when an attempt at its job is over. */
interface Outcome {
	readonly state: 'waiting' | 'done' | 'set aside';
	/** For a person. */
	readonly reason?: string;
	/** Seconds until it is its turn again at the earliest. */
	readonly startAfter?: number;
}

/** pg-boss over a database that is open already. */
const adapt = (database: Queryable & Partial<Pick<Database, 'run'>>) => ({
	async executeSql(sql: string, values: unknown[] = []) {
		// Its migrations are several statements, which a statement with values may not be.
		if (values.length === 0 && database.run && /;\s*\S/.test(sql)) {
			return {rows: await database.run(sql)};
		}

		return database.query(sql, values);
	},
});

async function startBoss(database: Database): Promise<PgBoss> {
	const boss = new PgBoss({
		db: adapt(database),
		schedule: false,
		superviseIntervalSeconds: 1,
		monitorIntervalSeconds: 1,
	});
	boss.on('error', error => console.error(`pg-boss: ${error.message}`));
	await boss.start();
	// One job of an account is active at a time, and one more may wait.
	await boss.createQueue(queue, {
		policy: 'stately',
		// A machine that has died for so long loses its jobs to others: pg-boss takes 10 at the least.
		heartbeatSeconds: 10,
		retryLimit: 1000,
		retryDelay: 1,
	});
	return boss;
}

/** A first job for each account that is not done. */
export async function enqueueAll(database: Database): Promise<void> {
	const boss = await startBoss(database);
	const {rows} = await database.query<{id: string}>(
		`SELECT id FROM hubspot_accounts WHERE state IN ('waiting', 'working') ORDER BY id`,
	);
	for (const {id} of rows) {
		await boss.send(queue, {account: id}, {singletonKey: id});
	}

	await boss.stop({graceful: false});
}

export async function startWorker(database: Database, options: WorkerOptions): Promise<Worker> {
	const {name, app, concurrency, slice, pageSize} = options;
	const boss = await startBoss(database);
	const stopping = new AbortController();
	const throttles = new Map<string, Throttle>();

	function throttleOf(account: string): Throttle {
		const throttle =
			throttles.get(account) ??
			createPostgresThrottle((sql, values) => database.query(sql, values).then(({rows}) => rows), {
				key: account,
			});
		throttles.set(account, throttle);
		return throttle;
	}

	/** Whether the account is done: otherwise its time is over, and it goes on in another job. */
	async function work({id, baseUrl, checkpoint}: AccountRow, attempt: string, signal: AbortSignal) {
		const end = performance.now() + slice;
		let begin: number | undefined;
		let requests = 0;
		const batches = sync({
			baseUrl,
			checkpoint,
			pageSize,
			messages: true,
			// What is read ahead is read in vain when the time is over.
			concurrency: 2,
			signal,
			accessToken: createAccessToken(database, app, id),
			throttle: throttleOf(id),
			fetch: request => {
				requests++;
				request.headers.set('user-agent', name);
				return fetch(request);
			},
		});
		for await (const batch of batches) {
			await store(database, id, attempt, requests, batch);
			requests = 0;
			begin ??= batch.progress;
			// A checkpoint moves only when all messages of a page are stored: to end before would be to begin there again.
			if (batch.progress > begin && batch.progress < 1 && performance.now() >= end) {
				return false;
			}
		}

		return true;
	}

	/** Ends the job, and begins the next one of the account: both or neither. */
	const handOver = (job: Job<AccountJob>, attempt: string, {state, reason, startAfter = 0}: Outcome) =>
		database.transaction(async transaction => {
			const {account} = job.data;
			// Somebody else has it: what is to be done with it is theirs to say.
			if (await release(transaction, account, attempt, state, reason)) {
				await boss.complete(queue, job.id, undefined, {db: adapt(transaction)});
				if (state === 'waiting') {
					await boss.send(queue, {account}, {singletonKey: account, startAfter, db: adapt(transaction)});
				}
			}
		});

	await boss.work<AccountJob>(
		queue,
		{localConcurrency: concurrency, pollingIntervalSeconds: 0.5},
		async ([job]) => {
			if (!job) {
				return;
			}

			const attempt = `${job.id} ${job.retryCount}`;
			const account = await claim(database, job.data.account, attempt, name);
			if (!account) {
				return;
			}

			try {
				const signal = AbortSignal.any([job.signal, stopping.signal]);
				const isDone = await work(account, attempt, signal);
				await handOver(job, attempt, {state: isDone ? 'done' : 'waiting'});
			} catch (error) {
				const outcome = outcomeOf(error) ?? (stopping.signal.aborted ? {state: 'waiting'} : undefined);
				if (!outcome) {
					// pg-boss tries it again after a while, from the last checkpoint.
					throw error;
				}

				await handOver(job, attempt, outcome);
			}
		},
	);

	return {
		async stop() {
			stopping.abort(new Error('The worker stops'));
			await boss.stop({graceful: true, timeout: 5000, close: false});
		},
	};
}

/** What a retry in a second does not mend. */
function outcomeOf(error: unknown): Outcome | undefined {
	const reason = reasonToStop(error);
	if (reason !== undefined) {
		return {state: 'set aside', reason};
	}

	const isDayOver =
		error instanceof DailyReserveError || (error instanceof RateLimitError && error.policyName === 'DAILY');
	// Midnight is that of the account's own time zone, which nobody tells.
	return isDayOver
		? {state: 'waiting', reason: "The day's requests are used up. It goes on by itself.", startAfter: 3600}
		: undefined;
}

/** In words that a person can act on. */
function reasonToStop(error: unknown): string | undefined {
	for (let cause = error; cause instanceof Error; cause = cause.cause) {
		// A copy of it: an error of the token's function could hold a secret.
		if (cause.name === 'RevokedError') {
			return 'HubSpot refuses the refresh token. The customer has to install the app again.';
		}

		if (cause instanceof ResponseError && cause.status === 401) {
			return 'HubSpot refuses the access token, also a new one. The customer has to install the app again.';
		}

		if (cause instanceof ResponseError && cause.status === 403) {
			return `The app lacks a scope, or the customer a subscription. ${cause.message}`;
		}
	}

	return undefined;
}
