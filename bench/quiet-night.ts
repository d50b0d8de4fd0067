import {type Checkpoint, sync, type Thread} from 'hubspot-threads';
import type {Sandbox} from 'hubspot-threads/sandbox';
import {hour, minute, sleepUntil, virtualNow} from './virtual-hubspot.ts';

export const every = 5 * minute;
export const hours = 8;
export const runsOfNight = (hours * hour) / every;
/** With as many changes as the night itself: the overlap of its first run is as full as that of its last. */
export const runsBefore = hour / every;

export interface NightRun {
	readonly requests: number;
	/** In a state that the sink did not have. */
	readonly news: number;
	/** In the state that the sink had already. */
	readonly repeated: number;
	/** Those of the repeated ones that the same run had handed over before. */
	readonly twice: number;
}

export interface Night {
	readonly runs: readonly NightRun[];
	/** Threads whose latest message the sink does not know in the morning. */
	readonly missing: number;
}

/** A `sync()` every few minutes, each from the checkpoint of the last one, between which `changes` threads get a message. */
export async function spendNight(hubspot: Sandbox, changes: number): Promise<Night> {
	const {accessToken, fetch, requests, receiveMessage} = hubspot;
	const sink = new Map<string, Thread>();
	let checkpoint: Checkpoint | undefined;

	async function run(): Promise<NightRun> {
		const before = requests.length;
		const handedOver: Thread[] = [];
		let repeated = 0;
		for await (const batch of sync({accessToken, fetch, checkpoint})) {
			({checkpoint} = batch);
			for (const thread of batch.threads) {
				repeated += JSON.stringify(sink.get(thread.id)) === JSON.stringify(thread) ? 1 : 0;
				sink.set(thread.id, thread);
				handedOver.push(thread);
			}
		}

		const distinct = new Set(handedOver.map(({id}) => id)).size;
		return {
			requests: requests.length - before,
			news: handedOver.length - repeated,
			repeated,
			twice: handedOver.length - distinct,
		};
	}

	await run();
	const ids = Array.from(hubspot.threads, ({id}) => id);
	const start = Date.now();
	const runs: NightRun[] = [];
	let changed = 0;
	for (let number = 0; number < runsBefore + runsOfNight; number++) {
		const begun = start + number * every;
		for (let change = 0; change < changes; change++) {
			await sleepUntil(begun + ((change + 0.5) * every) / changes);
			receiveMessage(ids[changed++] as string, virtualNow());
		}

		await sleepUntil(begun + every);
		runs.push(await run());
	}

	const isMissing = ({id, latestMessageTimestamp}: Thread) =>
		sink.get(id)?.latestMessageTimestamp !== latestMessageTimestamp;
	return {runs: runs.slice(runsBefore), missing: [...hubspot.threads].filter(isMissing).length};
}
