import type {Message} from '../lists/message.ts';
import type {RateLimit} from '../rate-limit.ts';
import {abortable} from '../wait.ts';
import type {Progress} from './plan.ts';
import type {ReadPage} from './read-ranges.ts';

/** A page of a thread's messages, the newest first. */
export interface PageOfMessages {
	readonly items: readonly Message[];
}

/** The messages of a thread that are to be handed over, page by page. */
export type ReadMessages = (threadId: string, signal: AbortSignal) => AsyncIterable<PageOfMessages>;

export interface PartWithMessages<T> extends Progress {
	readonly items: readonly T[];
	readonly messages: readonly Message[];
	readonly observedAt: Date;
	readonly rateLimit: RateLimit | undefined;
}

/** Threads whose messages are read at a time: enough for the highest limit while an answer takes 2.5 seconds. */
const mostAtOnce = 64;

/** What a batch holds at most, but for the rest of the last page of messages. */
const most = {threads: 50, messages: 1000};

/** Batches that wait for the consumer. While there are so many, nothing more is asked for. */
const mostReady = 2;

/** A page, some of whose threads still wait for their messages. */
interface OpenPage<T> extends ReadPage<T> {
	/** Threads that are not done with. */
	left: number;
	/** Places of threads that were handed over, at least in part. */
	readonly begun: Set<number>;
	/** Of the next batch. */
	places: Set<number>;
	messages: Message[];
}

/**
 * Hands over the threads of each page with their messages, in batches of a bounded size, as soon as they are there. A
 * thread with very many messages comes in several batches, with a part of them in each.
 *
 * The plan hears of a page when all of it is in a batch, and the pages before it are: until then each batch has the
 * checkpoint from before that page. So a checkpoint never covers a thread whose messages are not stored with it.
 *
 * @param signal aborted when the consumer stops, too.
 * @throws what failed first, after the batches that were there before it; all other requests are aborted.
 */
export async function* withMessages<T>(
	readPages: (signal: AbortSignal) => AsyncGenerator<ReadPage<T>, void>,
	readMessages: ReadMessages,
	signal: AbortSignal,
): AsyncGenerator<PartWithMessages<T>, void> {
	const stop = new AbortController();
	const working = AbortSignal.any([signal, stop.signal]);
	const pages = readPages(working);
	const open: Array<OpenPage<T>> = [];
	const waiting: Array<{readonly page: OpenPage<T>; readonly place: number}> = [];
	const ready: Array<PartWithMessages<T>> = [];
	let progress: Progress | undefined;
	let reading = 0;
	let isTaking = false;
	let isOver = false;
	let failure: {readonly error: unknown} | undefined;
	/** Of a list, for after the pages before it. */
	let late: {readonly error: unknown} | undefined;
	let changed = Promise.withResolvers<void>();

	function notify() {
		changed.resolve();
		changed = Promise.withResolvers();
	}

	function start() {
		while (!failure && ready.length < mostReady && reading < mostAtOnce) {
			const next = waiting.shift();
			if (!next) {
				break;
			}

			reading++;
			void readThread(next.page, next.place);
		}

		if (!failure && !isTaking && !isOver && ready.length < mostReady && waiting.length < mostAtOnce) {
			isTaking = true;
			void takePage();
		}
	}

	async function takePage() {
		try {
			const {done, value} = await pages.next();
			isOver = done ?? false;
			if (value) {
				progress ??= value.progress();
				const page = {
					...value,
					left: value.rows.length,
					begun: new Set<number>(),
					places: new Set<number>(),
					messages: [],
				};
				open.push(page);
				waiting.push(...value.rows.map((_, place) => ({page, place})));
				handOverPages(page);
			}
		} catch (error) {
			// What was listed before it is handed over first.
			isOver = true;
			late = {error};
		}

		isTaking = false;
		start();
		notify();
	}

	async function readThread(page: OpenPage<T>, place: number) {
		try {
			for await (const {items} of readMessages(page.rows[place]?.id as string, working)) {
				add(page, place, items);
				while (ready.length >= mostReady) {
					await abortable(working, () => changed.promise);
				}
			}

			add(page, place, []);
			page.left--;
			handOverPages(page);
		} catch (error) {
			failure ??= {error};
			stop.abort();
		}

		reading--;
		start();
		notify();
	}

	function add(page: OpenPage<T>, place: number, messages: readonly Message[]) {
		if (messages.length > 0 || !page.begun.has(place)) {
			page.begun.add(place);
			page.places.add(place);
			page.messages.push(...messages);
		}

		if (page.places.size >= most.threads || page.messages.length >= most.messages) {
			flush(page);
		}
	}

	function flush(page: OpenPage<T>) {
		const {items, observedAt, rateLimit, places, messages} = page;
		ready.push({
			items: [...places].map(place => items[place] as T),
			messages,
			observedAt,
			rateLimit,
			...(progress as Progress),
		});
		page.places = new Set();
		page.messages = [];
		notify();
	}

	/** After a thread of `page` is done with. */
	function handOverPages(page: OpenPage<T>) {
		if (page.left > 0) {
			return;
		}

		while (open[0]?.left === 0) {
			progress = open.shift()?.handOver();
		}

		if (page.places.size > 0 || progress?.isDone) {
			flush(page);
		}
	}

	for (;;) {
		start();
		signal.throwIfAborted();
		const batch = ready.shift();
		if (batch) {
			start();
			notify();
			yield batch;
		} else if (failure) {
			throw failure.error;
		} else if (isOver && open.length === 0) {
			if (late) {
				throw late.error;
			}

			return;
		} else {
			await abortable(signal, () => changed.promise);
		}
	}
}
