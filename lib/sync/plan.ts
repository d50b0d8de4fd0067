import {type Checkpoint, createCheckpoint, type Scope} from '../checkpoint.ts';
import type {FetchedPage} from '../request/fetch-page.ts';
import type {Timed} from './order.ts';
import {createRange, type Range, takePage} from './range.ts';

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

/**
 * Pages: no split lies farther ahead. Where an import put years of threads into an hour, half of the years that are
 * left would be split in vain again and again, until one lies in that hour.
 */
const farthest = 64;

const itemsLeft = ({at, until, density}: Range) => (until - at) * density;

/**
 * What is left of a run: ranges of the list by time. Those that end are read side by side; the last one, from
 * `overlap` before the run began to the end of the list, begins when all of the others are done. So a thread that
 * moves while the run goes on is either still where its range looks, or comes to where the last one looks.
 */
export function createRun(options: RunOptions) {
	const {scope, checkpoint, since, until, overlap, pageSize} = options;
	let watermark = checkpoint?.watermark ?? since;
	let {startedAt, from} = checkpoint?.run ?? {
		startedAt: undefined,
		from: checkpoint ? Math.max(earliest, watermark - overlap) : since,
	};
	// A first run that was killed is a first run still: it takes all messages, wherever it continues.
	const messagesFrom = checkpoint?.run ? checkpoint.messages?.from : checkpoint && from;
	const messagesSince = checkpoint?.messages?.since ?? since;
	const ranges: Range[] = (checkpoint?.run?.ranges ?? [[from, until]]).map(([at, until]) =>
		createRange(at, until ?? Number.POSITIVE_INFINITY),
	);

	/** The later part of the range that has the most left, if it is worth requests of its own. */
	function split(): Range | undefined {
		const [largest] = ranges
			.filter(({isRead, until}) => !isRead && until < Number.POSITIVE_INFINITY)
			.toSorted((a, b) => itemsLeft(b) - itemsLeft(a));
		if (!largest || itemsLeft(largest) <= 2 * pageSize) {
			return undefined;
		}

		const {at, until, density} = largest;
		const middle = at + Math.ceil(Math.min((until - at) / 2, (farthest * pageSize) / density));
		// It is not split itself before it has a page of its own, which may show that nothing is there.
		const later = createRange(middle, until);
		ranges.push(later);
		// A page of it that is on its way is held against the new end.
		largest.until = middle;
		return later;
	}

	function begin({items, observedAt}: FetchedPage<Timed>) {
		startedAt = observedAt.getTime();
		const [range] = ranges as [Range];
		// The years before the first thread are no part of the progress.
		const first = Date.parse(String(items[0]?.latestMessageTimestamp));
		from = first > from ? Math.min(first, startedAt) : from;
		const tail = startedAt - overlap;
		if (range.until === Number.POSITIVE_INFINITY && tail > range.at) {
			range.until = tail;
			ranges.push(createRange(tail, Number.POSITIVE_INFINITY));
		}
	}

	function share() {
		const end = Math.min(until, startedAt ?? from);
		const left = ranges.map(({handedOver, until}) => Math.min(until, end) - Math.max(handedOver, from));
		const timeLeft = left.reduce((sum, part) => sum + Math.max(0, part), 0);
		return end > from ? Math.min(1 - timeLeft / (end - from), almostDone) : 0;
	}

	return {
		/** A range to read a page of, now; `undefined` if all that can be read is being read. */
		next(): Range | undefined {
			const isLast = ranges.length === 1;
			return (
				ranges.find(
					({isBeingRead, isRead, until}) =>
						!isBeingRead && !isRead && (isLast || until < Number.POSITIVE_INFINITY),
				) ?? split()
			);
		},
		take<Item extends Timed>(range: Range, page: FetchedPage<Item>): Arrival<Item> {
			if (startedAt === undefined) {
				begin(page);
			}

			const {fresh, latest} = takePage(range, page);
			const {at, isRead: isEnd} = range;
			return {items: fresh, observedAt: page.observedAt, range, at, isEnd, latest};
		},
		handOver({range, at, isEnd, latest}: Arrival<unknown>): Progress {
			range.handedOver = at;
			watermark = Math.max(watermark, Math.min(latest ?? watermark, startedAt ?? watermark));
			if (isEnd) {
				ranges.splice(ranges.indexOf(range), 1);
			}

			return progress();
		},
		progress,
		/** Of a sync with messages: see `Checkpoint`. */
		messages: {since: messagesSince, knownUntil: messagesFrom},
	};

	/** As of all that was handed over. */
	function progress(): Progress {
		const isDone = ranges.length === 0;
		const messages = options.messages && {
			since: messagesSince,
			...(!isDone && messagesFrom !== undefined && {from: messagesFrom}),
		};
		return {
			isDone,
			progress: isDone ? 1 : share(),
			checkpoint: createCheckpoint(scope, watermark, {
				...(messages && {messages}),
				...(!isDone && {run: open()}),
			}),
		};
	}

	function open(): NonNullable<Checkpoint['run']> {
		return {
			startedAt: startedAt as number,
			from,
			ranges: ranges.map(({handedOver, until}) => [
				handedOver,
				until === Number.POSITIVE_INFINITY ? null : until,
			]),
		};
	}
}

export type Run = ReturnType<typeof createRun>;
