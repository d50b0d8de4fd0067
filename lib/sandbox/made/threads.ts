import {agentCount, agentId} from './actors.ts';
import {accountIdOf, emailChannel, madeChannels} from './channels.ts';
import {hash} from './random.ts';
import type {ThreadSource} from './source.ts';
import {hour, iso} from './times.ts';

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

export const start = Date.UTC(2020, 0, 1);
export const end = Date.UTC(2026, 0, 1);
const firstId = 1_000_000_007;
const idStep = 13;
const firstContact = 1401;

/** The share of the time that has gone by when the share `done` of the threads has come. */
export const spreads: Readonly<Record<Spread, (done: number) => number>> = {
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
	const arrival = (index: number) => moment(index + random(index, 13));
	const channelAt = (index: number) =>
		madeChannels[Math.floor(random(index, 3) * madeChannels.length)] as string;
	/** The time of a mail is the mail's own date, which has whole seconds. */
	const inChannel = (index: number, time: number) =>
		channelAt(index) === emailChannel ? Math.floor(time / 1000) * 1000 : time;

	function createdAt(index: number) {
		// Few conversations are over with their first message.
		const lead = random(index, 14) < 0.85 ? 70_000 + random(index, 15) ** 3 * 2 * hour : 0;
		return inChannel(index, arrival(index) - Math.floor(lead));
	}

	function timeAt(index: number) {
		if (random(index, 0) < messageless) {
			return Number.NaN;
		}

		// Most conversations end soon; some go on while hundreds of others begin.
		const later = index + random(index, 1) ** 8 * 400;
		return inChannel(index, Math.max(arrival(index), moment(Math.min(later, count - 1))));
	}

	return {
		length: count,
		timeAt,
		indexOf(id) {
			const index = (Number(id) - firstId) / idStep;
			return Number.isInteger(index) && index >= 0 && index < count ? index : -1;
		},
		names: {
			inboxIds: () => inboxIds,
			accounts: () => madeChannels.map(channelId => [accountIdOf(channelId), channelId]),
			agentIds: () => Array.from({length: agentCount}, (_, number) => agentId(number)),
			*contactIds() {
				for (let number = 0; number < count / 3; number++) {
					yield String(firstContact + number);
				}
			},
			hasContact(id) {
				const number = Number(id) - firstContact;
				return String(Number(id)) === id && number >= 0 && number < count / 3;
			},
		},
		at(index) {
			const time = timeAt(index);
			const isClosed = random(index, 2) < 0.6;
			const channelId = channelAt(index);
			const sentAt = time - 61_000;
			return {
				id: String(firstId + index * idStep),
				createdAt: iso(createdAt(index)),
				...(isClosed && {
					closedAt: iso(
						(Number.isNaN(time) ? createdAt(index) : time) + 1 + Math.floor(random(index, 4) * hour),
					),
				}),
				status: isClosed ? 'CLOSED' : 'OPEN',
				originalChannelId: channelId,
				originalChannelAccountId: accountIdOf(channelId),
				...(!Number.isNaN(time) && {
					latestMessageTimestamp: iso(time),
					latestMessageReceivedTimestamp: iso(time),
					...(sentAt >= createdAt(index) &&
						random(index, 5) < 0.8 && {latestMessageSentTimestamp: iso(sentAt)}),
				}),
				...(random(index, 6) < 0.7 && {assignedTo: agentId(Math.floor(random(index, 7) * agentCount))}),
				spam: random(index, 8) < 0.03,
				inboxId: inboxIds[Math.floor(random(index, 9) ** 2 * inboxIds.length)] as string,
				associatedContactId: String(firstContact + Math.floor((random(index, 10) * count) / 3)),
				archived: random(index, 11) < archived,
				...(random(index, 12) < 0.2 && {
					threadAssociations: {associatedTicketId: String(57_774_743 + index)},
				}),
			};
		},
	};
}
