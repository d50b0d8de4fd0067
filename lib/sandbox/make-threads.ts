import type {Thread} from '../lists/thread.ts';

/**
 * How the latest messages lie in time, from 2020 to 2026: evenly (`uniform`), more and more of them (`recent`), most
 * of them in the last weeks (`tail`), or half of them within an hour (`import`).
 */
export type Spread = 'uniform' | 'recent' | 'tail' | 'import';

export interface MakeThreadsOptions {
	readonly count: number;
	readonly seed: number;
	readonly inboxIds: readonly string[];
	readonly spread: Spread;
	/** The share of threads that never had a message. */
	readonly messageless: number;
	/** The share of threads that are archived. */
	readonly archived: number;
}

/** Threads that are made when somebody looks at them: a million cost as little as ten. */
export interface ThreadSource {
	readonly length: number;
	/** The thread at a place in the order of ids. */
	at(index: number): Thread;
	/** Its `latestMessageTimestamp` in milliseconds; NaN if it has none. */
	timeAt(index: number): number;
	/** -1 if there is none of that id. */
	indexOf(id: string): number;
}

const start = Date.UTC(2020, 0, 1);
const end = Date.UTC(2026, 0, 1);
const hour = 3_600_000;
const firstId = 1_000_000_007;
const idStep = 13;

/** The share of the time that has gone by when the share `done` of the threads has come. */
const spreads: Readonly<Record<Spread, (done: number) => number>> = {
	uniform: done => done,
	recent: done => done ** (1 / 3),
	// 80 % of the threads in the last 2 % of the time.
	tail: done => (done < 0.2 ? (done / 0.2) * 0.98 : 0.98 + ((done - 0.2) / 0.8) * 0.02),
	// Half of the threads in one hour.
	import(done) {
		const length = hour / (end - start);
		const rest = (1 - length) / 2;
		return done < 0.25
			? (done / 0.25) * rest
			: done < 0.75
				? rest + ((done - 0.25) / 0.5) * length
				: rest + length + ((done - 0.75) / 0.25) * rest;
	},
};

/** The same options make the same threads, on every machine. */
export function makeThreads(options: MakeThreadsOptions): ThreadSource {
	const {count, seed, inboxIds, spread, messageless, archived} = options;
	const random = (index: number, what: number) => hash(seed, index, what);
	const moment = (place: number) => start + Math.floor(spreads[spread](place / count) * (end - start));
	const createdAt = (index: number) => moment(index + random(index, 13));

	function timeAt(index: number) {
		if (random(index, 0) < messageless) {
			return Number.NaN;
		}

		// Most conversations end soon; some go on while hundreds of others begin.
		const later = index + random(index, 1) ** 8 * 400;
		return Math.max(createdAt(index), moment(Math.min(later, count - 1)));
	}

	return {
		length: count,
		timeAt,
		indexOf(id) {
			const index = (Number(id) - firstId) / idStep;
			return Number.isInteger(index) && index >= 0 && index < count ? index : -1;
		},
		at(index) {
			const time = timeAt(index);
			const isClosed = random(index, 2) < 0.6;
			const channel = Math.floor(random(index, 3) * 3);
			return {
				id: String(firstId + index * idStep),
				createdAt: iso(createdAt(index)),
				...(isClosed && {
					closedAt: iso(
						(Number.isNaN(time) ? createdAt(index) : time) + 1 + Math.floor(random(index, 4) * hour),
					),
				}),
				status: isClosed ? 'CLOSED' : 'OPEN',
				originalChannelId: String(1000 + channel),
				originalChannelAccountId: String(148_660 + channel),
				...(!Number.isNaN(time) && {
					latestMessageTimestamp: iso(time),
					latestMessageReceivedTimestamp: iso(time),
					...(random(index, 5) < 0.8 && {
						latestMessageSentTimestamp: iso(Math.max(createdAt(index), time - 61_000)),
					}),
				}),
				...(random(index, 6) < 0.7 && {assignedTo: `A-${2_620_000 + Math.floor(random(index, 7) * 12)}`}),
				spam: random(index, 8) < 0.03,
				inboxId: inboxIds[Math.floor(random(index, 9) ** 2 * inboxIds.length)] as string,
				associatedContactId: String(1401 + Math.floor((random(index, 10) * count) / 3)),
				archived: random(index, 11) < archived,
				...(random(index, 12) < 0.2 && {
					threadAssociations: {associatedTicketId: String(57_774_743 + index)},
				}),
			};
		},
	};
}

const iso = (time: number) => new Date(time).toISOString();

/** A number from 0 to 1 that looks random and depends on nothing but its arguments. */
function hash(seed: number, index: number, what: number): number {
	let bits =
		Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^
		Math.imul(index + 1, 0xc2b2ae35) ^
		Math.imul(what + 1, 0x27d4eb2f);
	bits = Math.imul(bits ^ (bits >>> 15), 0x2c1b3c6d);
	bits = Math.imul(bits ^ (bits >>> 12), 0x297a2d39);
	return ((bits ^ (bits >>> 15)) >>> 0) / 2 ** 32;
}
