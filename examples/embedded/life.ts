import type {Thread} from 'hubspot-threads';
import type {Sandbox} from 'hubspot-threads/sandbox';
import {type Chance, createChance} from './chance.ts';
import {type Births, threadAt} from './threads.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** What happens to a thread at a moment, once its first conversation is over. */
export interface Happening {
	readonly time: number;
	readonly threadId: string;
	happen(sandbox: Sandbox): void;
}

/** An account as it is at a moment, and what will have happened in it at a later one. */
export interface Life {
	/** Each as it was when its first conversation was over: what has happened since is in `happenings`. */
	readonly threads: readonly Thread[];
	/** All that happened to these threads, and all that will, in the order of time. */
	readonly happenings: readonly Happening[];
}

/**
 * A function of its arguments: nothing is remembered between two starts, and yet whoever looks twice sees what has
 * changed in between.
 */
export function lifeAt(now: number, seed: number, births: readonly Births[]): Life {
	const threads: Thread[] = [];
	const scripts: Array<readonly Step[]> = [];
	for (const kind of births) {
		for (let number = Math.ceil((now - kind.keepFor) / kind.every); number * kind.every <= now; number++) {
			const chance = createChance(seed, number * kind.every);
			const thread = threadAt(number, kind, chance);
			if (!thread || startOf(thread) > now) {
				continue;
			}

			const script = happeningsOf(thread, kind, chance);
			const isOver = script.some(({time, isEnd}) => isEnd && time <= now);
			if (!isOver) {
				threads.push(thread);
				scripts.push(script);
			}
		}
	}

	return {threads, happenings: scripts.flat().sort((a, b) => a.time - b.time)};
}

/** When the first conversation was over. */
const startOf = ({latestMessageTimestamp, createdAt}: Thread) =>
	Date.parse(latestMessageTimestamp ?? createdAt);

interface Step extends Happening {
	/** HubSpot does not have the thread any more. */
	readonly isEnd?: boolean;
}

/** Everything that will ever happen to a thread. */
function happeningsOf(thread: Thread, {keepFor, isShort}: Births, chance: Chance): readonly Step[] {
	const {id} = thread;
	const created = Date.parse(thread.createdAt);
	const start = startOf(thread);
	const agent = thread.assignedTo ?? 'A-2620003';
	// Who is here for minutes lives as fast.
	const pace = isShort ? 1 / 120 : 1;
	const steps: Step[] = [];
	const at = (time: number, happen: Happening['happen'], isEnd = false) =>
		steps.push({time: Math.floor(time), threadId: id, happen, isEnd});
	const answer = (time: number, createdBy = agent) =>
		at(time, sandbox => sandbox.receiveMessage(id, new Date(time), {direction: 'OUTGOING', createdBy}));
	const ask = (time: number) => at(time, sandbox => sandbox.receiveMessage(id, new Date(time)));
	const close = (time: number) => at(time, sandbox => sandbox.closeThread(id, new Date(time)));
	const open = (time: number) => at(time, sandbox => sandbox.reopenThread(id, new Date(time)));

	if (chance.of(20) < 0.1) {
		const time = start + (5 * minute + chance.of(21) * 3 * hour) * pace;
		at(time, sandbox => sandbox.assignThread(id, chance.pick(22, agents), new Date(time)));
	}

	if (chance.of(23) < 0.05) {
		const time = start + (10 * minute + chance.of(24) * day) * pace;
		at(time, sandbox => sandbox.moveThread(id, chance.pick(25, inboxIds), new Date(time)));
	}

	const ending = chance.of(26);
	if (ending < 0.9) {
		const closed = Math.floor(start + (4 * minute + chance.of(27) ** 3 * 30 * hour) * pace);
		close(closed);
		if (ending < 0.07) {
			const asked = Math.floor(closed + (20 * minute + chance.of(28) * 2 * day) * pace);
			ask(asked);
			open(asked + 634);
			answer(asked + Math.floor((3 * minute + chance.of(29) ** 2 * 5 * hour) * pace));
			close(asked + Math.floor((6 * hour + chance.of(30) * 9 * hour) * pace));
		}
	} else {
		const asked = Math.floor(start + (hour + chance.of(31) * day) * pace);
		ask(asked);
		if (ending < 0.95) {
			answer(asked + Math.floor((2 * minute + chance.of(32) ** 2 * 9 * hour) * pace));
			close(asked + Math.floor((10 * hour + chance.of(33) * 4 * day) * pace));
		} else {
			close(asked + Math.floor((5 * day + chance.of(34) * 40 * day) * pace));
		}
	}

	const end = chance.of(35);
	if (!isShort && end < 0.04) {
		at(created + (6 + chance.of(36) * 50) * day, sandbox => sandbox.archiveThread(id));
	}

	// Deleted by somebody, or purged by HubSpot.
	const age = !isShort && end > 0.98 ? (2 + chance.of(37) * 40) * day : keepFor * 0.99;
	at(Math.max(created + age, start + minute * pace), sandbox => sandbox.removeThread(id), true);
	const ended = (steps.at(-1) as Step).time;
	return steps.filter(({time, isEnd}) => isEnd || time < ended).sort((a, b) => a.time - b.time);
}

const agents = ['A-2620001', 'A-2620002', 'A-2620003', 'A-2620004', 'A-2620005'] as const;
const inboxIds = ['481939', '273071781', '147959634'] as const;
