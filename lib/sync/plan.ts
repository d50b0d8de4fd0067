import {type Checkpoint, createCheckpoint, type Scope} from '../checkpoint.ts';
import type {FetchedPage} from '../request/fetch-page.ts';
import {type Timed, timesOf} from './order.ts';
import {createRange, type Range} from './range.ts';
import {cutsOf} from './split.ts';

/** What a run of `sync()` is to read. Times in milliseconds since 1970; `overlap` in milliseconds. */
export interface RunOptions {
	readonly scope: Scope;
	readonly checkpoint: Checkpoint | undefined;
	readonly since: number;
	/** Infinity: to the end of the list. */
	readonly until: number;
	readonly overlap: number;
	readonly pageSize: number;
	/** Whether messages are handed over with the threads. */
	readonly messages: boolean;
}

/** A page that was read, and waits to be handed over. */
export interface Arrival<Item> {
	readonly items: readonly Item[];
	readonly observedAt: Date;
	readonly range: Range;
	/** Of the range, after this page. */
	readonly at: number;
	readonly isEnd: boolean;
	readonly latest: number | undefined;
}

/** How far a run is, once what was handed over is stored. */
export interface Progress {
	readonly checkpoint: Checkpoint;
	readonly progress: number;
	readonly isDone: boolean;
}

/** HubSpot fails on the epoch. */
const earliest = 1;

/** Below 1, which is the last batch's alone. */
const almostDone = 0.999;

/** Milliseconds by which HubSpot's list may be behind the threads that it shows, at most. */
const listDelay = 60_000;

/** Pages: with more to read than that before the last range, they are read side by side first. */
const worthReading = 4;

/** To the end of the list. */
const isLast = ({until}: Range) => until === Number.POSITIVE_INFINITY;

/**
 * What is left of a run: ranges of the list by time. Those that end are read side by side; the last one, from
 * `overlap` before the run began to the end of the list, begins when all of the others have been read. So a thread that
 * moves while the run goes on is either still where its range looks, or comes to where the last one looks.
 */
export function createRun(options: RunOptions) {
	const {scope, checkpoint, since, until, overlap, pageSize} = options;
	let watermark = checkpoint?.watermark ?? since;
	let {startedAt, from} = checkpoint?.run ?? {
		startedAt: undefined,
		from: checkpoint ? Math.max(earliest, watermark - overlap) : since,
	};
	/** The range with whose first page the run began, for the first time or anew: it does so once with each. */
	let begunWith: Range | undefined;
	// A first run that was killed is a first run still: it takes all messages, wherever it continues.
	const messagesFrom = checkpoint?.run ? checkpoint.messages?.from : checkpoint && from;
	const messagesSince = checkpoint?.messages?.since ?? since;
	/** The ranges that are open, each with the place up to which it has been handed over. */
	const open = new Map<Range, number>();
	const beingRead = new Set<Range>();
	let pages = 0;
	for (const [at, end] of checkpoint?.run?.ranges ?? [[from, until]]) {
		add(at, end ?? Number.POSITIVE_INFINITY);
	}

	function add(at: number, end: number, guess?: number): Range {
		const range = createRange(at, end, guess);
		open.set(range, at);
		return range;
	}

	const unread = () => [...open.keys()].filter(range => !range.isRead);

	function cut(range: Range, at: number) {
		add(at, range.until, range.pageLength);
		range.cut(at);
	}

	/**
	 * The run begins when the list was read, not when the answer was dated. It begins anew with the first page of the
	 * last range, if much has come since: after a pause of a week, the week is read side by side. Not later, for of what
	 * was read by then the next run would miss what HubSpot lists late.
	 */
	function begin(range: Range, page: FetchedPage<Timed>, elapsed: number) {
		const readAt = Math.floor(page.observedAt.getTime() - elapsed);
		const tail = readAt - overlap;
		const inAnyOrder = Number.NEGATIVE_INFINITY;
		const times = timesOf(page.items, inAnyOrder).filter(time => time !== null);
		const [first = range.at, last = first] = [times[0], times.at(-1)];
		if (startedAt === undefined) {
			// The years before the first thread are no part of the progress.
			from = first > from ? Math.min(first, readAt) : from;
		} else if (range.at === startedAt - overlap && tail - range.at > worthReading * (last - first)) {
			// What is done stays the share of the time that it was.
			from = Math.floor(readAt - timeLeft(readAt) / (1 - share()));
		} else {
			return;
		}

		startedAt = readAt;
		if (page.next !== undefined && tail > range.at && isLast(range)) {
			cut(range, tail);
		}
	}

	/** Not handed over yet, up to `end`. */
	function timeLeft(end: number): number {
		return [...open].reduce(
			(sum, [range, at]) => sum + Math.max(0, Math.min(range.until, end) - Math.max(at, from)),
			0,
		);
	}

	function share(): number {
		const end = Math.min(until, startedAt ?? from);
		return end > from ? Math.min(1 - timeLeft(end) / (end - from), almostDone) : 0;
	}

	return {
		/**
		 * A range to read a page of, now; `undefined` if all that can be read is being read.
		 *
		 * @param idle readers that have nothing to read.
		 */
		next(idle: number): Range | undefined {
			const left = unread();
			const free = () =>
				unread().find(range => !beingRead.has(range) && (left.length === 1 || !isLast(range)));
			let range = free();
			if (!range) {
				for (const [range, cuts] of cutsOf(left, {idle, busy: beingRead.size, pages})) {
					for (const at of cuts.toReversed()) {
						cut(range, at);
					}
				}

				range = free();
			}

			if (range) {
				beingRead.add(range);
				if (pages > 0 && isLast(range)) {
					// Nothing else is read meanwhile, so each of its pages takes as long as one of every reader. The first page of a
					// run may be that of a whole list, and has the size that the user wants.
					range.widen();
				}
			}

			return range;
		},
		/**
		 * @param elapsed milliseconds since the page was asked for.
		 * @throws {OutOfOrderError} if it is not in order: it can be asked for again.
		 */
		take<Item extends Timed>(range: Range, page: FetchedPage<Item>, elapsed: number): Arrival<Item> {
			if (startedAt === undefined || (isLast(range) && range !== begunWith)) {
				begunWith = range;
				begin(range, page, elapsed);
			}

			const {at} = range;
			const {items, latest, shownUntil} = range.take(page, {
				ordered: (startedAt as number) - Math.max(overlap, listDelay),
				settled: page.observedAt.getTime() - elapsed - Math.max(overlap, listDelay),
				pageSize,
			});
			for (const other of open.keys()) {
				other.guess(at, shownUntil);
			}

			beingRead.delete(range);
			pages++;
			return {items, observedAt: page.observedAt, range, at: range.at, isEnd: range.isRead, latest};
		},
		handOver({range, at, isEnd, latest}: Arrival<unknown>): Progress {
			open.set(range, at);
			watermark = Math.max(watermark, Math.min(latest ?? watermark, startedAt ?? watermark));
			if (isEnd) {
				open.delete(range);
			}

			return progress();
		},
		progress,
		/** Of a sync with messages: see `Checkpoint`. */
		messages: {since: messagesSince, knownUntil: messagesFrom},
	};

	/** As of all that was handed over. */
	function progress(): Progress {
		const isDone = open.size === 0;
		const messages = options.messages && {
			since: messagesSince,
			...(!isDone && messagesFrom !== undefined && {from: messagesFrom}),
		};
		return {
			isDone,
			progress: isDone ? 1 : share(),
			checkpoint: createCheckpoint(scope, watermark, {
				...(messages && {messages}),
				...(!isDone && {run: state()}),
			}),
		};
	}

	function state(): NonNullable<Checkpoint['run']> {
		return {
			startedAt: startedAt as number,
			from,
			ranges: [...open].map(([range, at]) => [at, isLast(range) ? null : range.until]),
		};
	}
}

export type Run = ReturnType<typeof createRun>;
