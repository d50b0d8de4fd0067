import {reconcile, type Thread} from 'hubspot-threads';
import type {Sandbox} from 'hubspot-threads/sandbox';
import {day, hour, sleepUntil, virtualNow} from './virtual-hubspot.ts';

export interface Day {
	/** Of each pass, the hourly ones of a day. */
	readonly requests: readonly number[];
	/** Of the account, as its headers say. */
	readonly dailyLimit: number;
	/** Closings that the store knows of in the end. */
	readonly found: number;
	/** Threads that the store calls open and HubSpot does not, or the other way round. */
	readonly wrong: number;
}

/** Before the day. */
const createdAt = '2025-12-31T00:00:00.000Z';

/** The open ones lie evenly among the others. */
export function makeThreads(open: number, closed: number): readonly Thread[] {
	const all = open + closed;
	return Array.from({length: all}, (_, index) => ({
		id: String(1_000_000 + index),
		inboxId: '1',
		originalChannelId: '1000',
		originalChannelAccountId: '1',
		associatedContactId: '1',
		status: Math.floor(((index + 1) * open) / all) > Math.floor((index * open) / all) ? 'OPEN' : 'CLOSED',
		createdAt,
	}));
}

/** A pass every hour for a day, between which threads are closed, evenly over the day and over the list. */
export async function reconcileForADay(hubspot: Sandbox, closings: number): Promise<Day> {
	const {accessToken, fetch, requests, closeThread} = hubspot;
	const statuses = new Map<string, unknown>();
	let dailyLimit = Number.NaN;
	const isOpen = ([, status]: readonly [string, unknown]) => status === 'OPEN';

	async function pass(): Promise<number> {
		const before = requests.length;
		const known = [...statuses].filter(isOpen).map(([id]) => id);
		for await (const batch of reconcile({accessToken, fetch, threadStatus: 'OPEN', known})) {
			for (const {id, status} of batch.threads) {
				statuses.set(id, status);
			}

			dailyLimit = batch.rateLimit?.dailyLimit ?? dailyLimit;
		}

		return requests.length - before;
	}

	await pass();
	const open = [...statuses.keys()];
	const start = Date.now();
	const ofPasses: number[] = [];
	for (let closing = 0, end = start + hour; end <= start + day; end += hour) {
		const timeOf = (closing: number) => start + ((closing + 0.5) * day) / closings;
		for (; timeOf(closing) < end; closing++) {
			await sleepUntil(timeOf(closing));
			closeThread(open[Math.floor((closing * open.length) / closings)] as string, virtualNow());
		}

		await sleepUntil(end);
		ofPasses.push(await pass());
	}

	return {
		requests: ofPasses,
		dailyLimit,
		found: [...statuses].filter(entry => !isOpen(entry)).length,
		wrong: [...hubspot.threads].filter(
			({id, status}) => (status === 'OPEN') !== (statuses.get(id) === 'OPEN'),
		).length,
	};
}
