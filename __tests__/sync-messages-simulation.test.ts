/**
 * The promise of sync() with messages, tried on histories drawn at random: a HubSpot of any kind whose pages of messages
 * are short, empty and hide rows, threads that get messages and are deleted while they are read, mails that are listed
 * late under their own date, what HubSpot writes down without moving a thread, faults, and a job that dies at any moment.
 */
import {afterAll, afterEach, beforeEach, expect, jest, test} from '@jest/globals';
import {type Checkpoint, type Message, PaginationError, sync, type Thread} from '../lib/index.ts';
import {createSandbox, type Fault} from '../lib/sandbox/index.ts';
import {settle, start, useFakeClock} from './support/clock.ts';
import {createRandom, type Random} from './support/random.ts';

beforeEach(useFakeClock);
afterEach(() => {
	jest.useRealTimers();
});

const total = {seeds: 0, threads: 0, messages: 0, batches: 0, requests: 0, kills: 0, lost: 0, removed: 0};
afterAll(() => {
	console.log(
		Object.entries(total)
			.map(entry => entry.reverse().join(' '))
			.join(', '),
	);
});

const second = 1000;
const hour = 3600 * second;
const timeOf = ({latestMessageTimestamp}: Thread) => Date.parse(latestMessageTimestamp ?? '');
const copy = <T>(value: T): T => (value === undefined ? value : JSON.parse(JSON.stringify(value)));
const wait = (milliseconds: number) => new Promise(resolve => setTimeout(resolve, milliseconds));

function createHubspot(random: Random) {
	const count = random.integer(1, 30);
	const span = random.pick([60, 3600, 48 * 3600]) * second;
	const overlap = random.pick([10 * second, 60 * second, hour]);
	const faultiness = random.pick([0, 0, 0.05, 0.1]);
	const latency = random.pick([0, 50, 300]);
	const shortness = random.pick([2, 5, 100]);
	const pageSize = random.integer(4, 30);
	/** Of threads on a page, also where more are asked for: at the end of the list. */
	const most = random.chance(0.75) ? pageSize : 500;
	let moves = random.pick([0, 0.05, 0.2]);
	const threads = Array.from({length: count}, (_, index): Thread => {
		const createdAt = start - span - random.integer(0, span);
		const time = createdAt + random.integer(1, start - createdAt);
		return {
			id: String(100 + index),
			inboxId: '1',
			originalChannelId: random.pick(['1000', '1002']),
			originalChannelAccountId: '1',
			associatedContactId: '1',
			status: 'OPEN',
			createdAt: new Date(createdAt).toISOString(),
			latestMessageTimestamp: new Date(time).toISOString(),
			latestMessageReceivedTimestamp: new Date(time).toISOString(),
		};
	});
	const removed = new Set<string>();
	const sandbox = createSandbox({
		threads,
		seed: random.integer(1, 1_000_000),
		rateLimit: false,
		cursor: random.pick(['keyset', 'offset']),
		bound: random.pick(['inclusive', 'exclusive']),
		hiddenMessages: random.pick([0, 0.25, 0.6]),
		latency: () => random.integer(0, latency),
		faults({url}): Fault | undefined {
			for (let left = moves; random.chance(left); left--) {
				change();
			}

			if (random.chance(faultiness)) {
				return random.pick<Fault>([{status: 503}, {reset: true}, {cut: true}, {status: 502, body: '<html>'}]);
			}

			return {size: url.includes('/messages') ? random.integer(0, shortness) : most};
		},
	});

	function change() {
		const {id} = random.pick(threads);
		if (removed.has(id)) {
			return;
		}

		const what = random.integer(1, 100);
		if (what <= 4) {
			sandbox.removeThread(id);
			removed.add(id);
			total.removed++;
		} else if (what <= 20) {
			sandbox.assignThread(id, `A-${what}`);
		} else if (what <= 30) {
			sandbox.closeThread(id);
		} else {
			// Listed late, by up to the overlap.
			const time = Date.now() - random.integer(0, overlap - second);
			const thread = [...sandbox.threads].find(thread => thread.id === id) as Thread;
			if (time > timeOf(thread)) {
				sandbox.receiveMessage(id, new Date(time));
			}
		}
	}

	return {
		sandbox,
		pageSize,
		overlap,
		span,
		change,
		stopChanging() {
			moves = 0;
		},
	};
}

async function simulate(seed: number) {
	const random = createRandom(seed);
	const hubspot = createHubspot(random);
	const {sandbox, overlap, span} = hubspot;
	const since = random.chance(0.5) ? undefined : new Date(start - random.integer(0, 2 * span));
	const options = {
		accessToken: sandbox.accessToken,
		fetch: sandbox.fetch,
		throttle: {limit: 1_000_000},
		pageSize: hubspot.pageSize,
		concurrency: random.integer(1, 6),
		overlap,
		since,
		messages: true,
		originalContent: random.chance(0.3),
		retry: {minTimeout: 100, retries: random.integer(2, 4)},
	} as const;
	const threads = new Map<string, Thread>();
	const messages = new Set<string>();
	let checkpoint: Checkpoint | undefined;

	/** One run, however often it dies. */
	async function run() {
		let deadliness = random.chance(0.7) ? 0.3 : 0;
		const isSlow = random.chance(0.3);
		for (let isDone = false; !isDone; deadliness *= 0.8) {
			let progress = 0;
			let isKilled = false;
			try {
				for await (const batch of sync({...options, checkpoint: copy(checkpoint)})) {
					total.batches++;
					expect(batch.progress).toBeGreaterThanOrEqual(progress);
					({progress} = batch);
					const ids = new Set(batch.threads.map(({id}) => id));
					expect(ids.size).toBe(batch.threads.length);
					expect(batch.messages.filter(({conversationsThreadId: id}) => !ids.has(id))).toEqual([]);
					isKilled = random.chance(deadliness);
					if (isKilled && random.chance(0.5)) {
						break; // before it was stored
					}

					if (isSlow) {
						await wait(random.integer(0, 500));
					}

					for (const thread of batch.threads) {
						threads.set(thread.id, thread);
					}

					for (const {id} of batch.messages) {
						messages.add(id);
					}

					checkpoint = copy(batch.checkpoint);
					isDone = progress === 1;
					if (isKilled) {
						break; // after it
					}
				}

				total.kills += isKilled ? 1 : 0;
				expect(isKilled || isDone).toBe(true);
			} catch (error) {
				expect(error).toBeInstanceOf(PaginationError);
				expect((error as {status?: number}).status ?? 503).toBeGreaterThanOrEqual(500);
				checkpoint = copy((error as PaginationError).resume.checkpoint);
			}
		}
	}

	for (let runs = random.integer(1, 3); runs > 0; runs--) {
		await run();
		for (let changes = random.integer(0, 20); changes > 0; changes--) {
			await wait(random.integer(0, overlap / 5));
			hubspot.change();
		}
	}

	hubspot.stopChanging();
	await wait(second);
	await run();

	for (const thread of sandbox.threads) {
		if (!(timeOf(thread) >= (since?.getTime() ?? 0))) {
			continue;
		}

		total.threads++;
		total.lost += threads.get(thread.id)?.latestMessageTimestamp === thread.latestMessageTimestamp ? 0 : 1;
		// What was written down after the last message did not move the thread.
		const said = sandbox.messages(thread.id).filter(({archived}) => !archived);
		const last = said.findLastIndex(({type}) => type === 'MESSAGE');
		for (const {id} of said.slice(0, last + 1) as readonly Message[]) {
			total.messages++;
			total.lost += messages.has(id) ? 0 : 1;
		}
	}

	total.seeds++;
	total.requests += sandbox.requests.length;
}

/** `SYNC_SEEDS=10000 npm test -- messages-simulation` tries more of them. */
const seeds = Number(process.env.SYNC_SEEDS ?? 100);
const together = 25;

test.each(Array.from({length: seeds / together}, (_, index) => index * together))(
	'no thread and no message is lost with the seeds from %i on',
	async from => {
		for (let seed = from; seed < from + together; seed++) {
			const {lost} = total;
			await settle(simulate(seed));
			expect({seed, lost: total.lost - lost}).toEqual({seed, lost: 0});
		}
	},
	120_000,
);
