import type {Thread} from 'hubspot-threads';
import type {Chance} from './chance.ts';

/** How often threads come, and how long HubSpot has them. */
export interface Births {
	/** Milliseconds from one to the next, in office hours. */
	readonly every: number;
	/** Milliseconds. */
	readonly keepFor: number;
	/** Those that come and go while somebody looks. */
	readonly isShort?: boolean;
}

const minute = 60_000;

/** The thread of that number, when its first conversation was over; `undefined` if nobody wrote just then. */
export function threadAt(
	number: number,
	{every, isShort = false}: Births,
	chance: Chance,
): Thread | undefined {
	const born = Math.floor((number + chance.of(0)) * every);
	if (chance.of(1) > (isShort ? 1 : traffic(born))) {
		return undefined;
	}

	const [channelId, accountId] = chance.pick(2, channels);
	// The date of a mail has whole seconds.
	const whole = (time: number) => (channelId === '1002' ? Math.floor(time / 1000) * 1000 : Math.floor(time));
	const created = whole(born);
	// Who is here for minutes is seen at once: one in each interval.
	const lasts = !isShort && chance.of(3) < 0.8 ? 70_000 + chance.of(4) ** 3 * 50 * minute : 0;
	const latest = whole(born + lasts);
	const sent = latest - 61_000;
	const hasMessage = chance.of(11) >= 0.01;
	const assignedTo = chance.of(5) < 0.8 && `A-${2_620_000 + Math.floor(chance.of(6) ** 1.5 * 12)}`;
	return {
		// Of two kinds, which may have the same millisecond.
		id: `${born}${isShort ? 1 : 0}`,
		createdAt: iso(created),
		status: 'OPEN',
		originalChannelId: channelId,
		originalChannelAccountId: accountId,
		...(hasMessage && {latestMessageTimestamp: iso(latest), latestMessageReceivedTimestamp: iso(latest)}),
		...(hasMessage && sent >= created && chance.of(7) < 0.85 && {latestMessageSentTimestamp: iso(sent)}),
		...(assignedTo && {assignedTo}),
		spam: chance.of(8) < 0.02,
		inboxId: chance.pick(9, inboxes),
		associatedContactId: String(1401 + Math.floor(chance.of(10) * 4000)),
		archived: false,
	};
}

const iso = (time: number) => new Date(time).toISOString();

/** Less comes at night and at weekends. */
function traffic(time: number): number {
	const date = new Date(time);
	const isWeekend = [0, 6].includes(date.getUTCDay());
	const isDaytime = date.getUTCHours() >= 7 && date.getUTCHours() < 19;
	return (isWeekend ? 0.3 : 1) * (isDaytime ? 1 : 0.25);
}

/** The busiest inbox, and the busiest channel, are there most often. */
const inboxes = ['481939', '481939', '481939', '273071781', '273071781', '147959634'] as const;
const channels = [
	['1002', '148662'],
	['1002', '148662'],
	['1000', '148660'],
	['1000', '148660'],
	['1001', '148661'],
	['1003', '148663'],
] as const satisfies ReadonlyArray<readonly [channelId: string, accountId: string]>;

/** Always there, and the first of all: what an account has besides threads is named in the order of its threads. */
export const firstThreads: readonly Thread[] = (
	[
		['481939', '1002', '148662'],
		['273071781', '1000', '148660'],
		['147959634', '1001', '148661'],
		['481939', '1003', '148663'],
	] as const
).map(([inboxId, originalChannelId, originalChannelAccountId], index) => ({
	id: String(1_000_000_007 + index),
	createdAt: iso(Date.UTC(2024, 0, 8 + index, 9)),
	closedAt: iso(Date.UTC(2024, 0, 8 + index, 10)),
	status: 'CLOSED',
	originalChannelId,
	originalChannelAccountId,
	// Never had a message: a list by time does not have them.
	inboxId,
	associatedContactId: '1401',
	spam: false,
	archived: false,
}));
