import type {Thread} from '../../lists/thread.ts';
import {agentCount, agentId, assistant, bot, integrator, system} from './actors.ts';
import {chatChannel, emailChannel} from './channels.ts';
import type {Random} from './random.ts';
import {minute, parseTime, second} from './times.ts';

/** What happened in a thread at a moment, in milliseconds. */
export type Happening = {readonly time: number} & (
	| {readonly type: 'MESSAGE'; readonly direction: Direction; readonly by: string}
	| {readonly type: 'COMMENT'; readonly by: string}
	| {readonly type: 'WELCOME_MESSAGE'}
	| {readonly type: 'ASSIGNMENT'; readonly by: string; readonly from?: string; readonly to?: string}
	| {readonly type: 'THREAD_STATUS_CHANGE'; readonly by: string; readonly newStatus: 'OPEN' | 'CLOSED'}
	| {readonly type: 'THREAD_INBOX_CHANGE'; readonly by: string; readonly from: string; readonly to: string}
	/** A row that HubSpot hides after it has cut the page. */
	| {readonly type: 'HIDDEN'}
);

export type Direction = 'INCOMING' | 'OUTGOING';

/** How long after what it follows HubSpot files a row of its own, in milliseconds. */
const lag = {welcome: -2, opening: 634, mailOpening: 6587, assignment: 364, closing: 3100};

/** What must have happened so that a thread is as it is, in the order of time. */
export function plotOf(thread: Thread, inboxIds: readonly string[], random: Random): readonly Happening[] {
	const messages = conversationOf(thread, random);
	const [first] = messages;
	const created = first?.time ?? parseTime(thread.createdAt);
	if (Number.isNaN(created)) {
		return [];
	}

	const isMail = thread.originalChannelId === emailChannel;
	const happenings: Happening[] = [...messages];
	if (thread.originalChannelId === chatChannel && first?.direction === 'INCOMING' && random.happens(0.6)) {
		happenings.push({time: created + lag.welcome, type: 'WELCOME_MESSAGE'});
	}

	const opening = created + (isMail ? lag.mailOpening : lag.opening);
	happenings.push(
		...statusChanges(thread, messages, opening, random),
		...assignments(thread, messages, created, random),
		...moves(thread, inboxIds, created, random),
	);
	const last = messages.at(-1)?.time ?? created;
	if (random.happens(0.2)) {
		happenings.push({time: random.between(created + 1, last), type: 'COMMENT', by: agentOf(thread, random)});
	}

	return happenings.sort((a, b) => a.time - b.time);
}

type Message = Extract<Happening, {readonly type: 'MESSAGE'}>;

/** The messages: the first where the thread begins, the last of each direction where the thread says. */
function conversationOf(thread: Thread, random: Random): readonly Message[] {
	const end = parseTime(thread.latestMessageTimestamp);
	if (Number.isNaN(end)) {
		return [];
	}

	const contact = `V-${thread.associatedContactId}`;
	const agent = agentOf(thread, random);
	const fixed: Message[] = [];
	const within = (time: number) => time <= end;
	const received = parseTime(thread.latestMessageReceivedTimestamp);
	const sent = parseTime(thread.latestMessageSentTimestamp);
	if (within(sent)) {
		fixed.push({time: sent, type: 'MESSAGE', direction: 'OUTGOING', by: agent});
	}

	if (within(received)) {
		fixed.push({time: received, type: 'MESSAGE', direction: 'INCOMING', by: contact});
	}

	if (!fixed.some(({time}) => time === end)) {
		fixed.push({time: end, type: 'MESSAGE', direction: 'INCOMING', by: contact});
	}

	const firstFixed = Math.min(...fixed.map(({time}) => time));
	const begin = parseTime(thread.createdAt);
	if (begin < firstFixed) {
		// A direction that the thread knows no time of has no message.
		const shareSent = within(sent) ? (within(received) ? 0.5 : 1) : 0;
		const isOurs = random.happens(shareSent === 1 ? 1 : shareSent / 5);
		fixed.push(
			isOurs
				? {time: begin, type: 'MESSAGE', direction: 'OUTGOING', by: agent}
				: {time: begin, type: 'MESSAGE', direction: 'INCOMING', by: contact},
		);
		const isMail = thread.originalChannelId === emailChannel;
		const count = random.between(2, 9);
		for (let number = 0; number < count && firstFixed - begin > minute; number++) {
			const direction = random.happens(shareSent) ? 'OUTGOING' : 'INCOMING';
			const time = random.between(begin + 1, firstFixed);
			// A mail that came in has a date of whole seconds.
			const isDated = isMail && direction === 'INCOMING';
			fixed.push({
				time: isDated ? Math.max(begin, Math.floor(time / second) * second) : time,
				type: 'MESSAGE',
				direction,
				by: direction === 'OUTGOING' ? writerOf(thread, agent, random) : incomingFrom(contact),
			});
		}

		// An agent who answers from a mailbox of their own: HubSpot sees a mail that comes in.
		function incomingFrom(contact: string) {
			return isMail && random.happens(0.08) ? agent : contact;
		}
	}

	return fixed.sort((a, b) => a.time - b.time);
}

/** In a chat a machine may answer too. */
function writerOf(thread: Thread, agent: string, random: Random): string {
	return thread.originalChannelId === chatChannel && random.happens(0.3)
		? random.pick([bot, assistant, integrator])
		: agent;
}

const agentOf = ({assignedTo}: Thread, random: Random) => {
	const other = agentId(random.between(0, agentCount));
	return assignedTo?.startsWith('A-') ? assignedTo : other;
};

/** Opened, perhaps closed and opened again, and closed where the thread says so. */
function statusChanges(
	thread: Thread,
	messages: readonly Message[],
	opening: number,
	random: Random,
): readonly Happening[] {
	const isClosed = thread.status === 'CLOSED';
	const last = messages.at(-1)?.time ?? opening;
	const closedAt = parseTime(thread.closedAt);
	const closing = Number.isNaN(closedAt) ? last + lag.closing : closedAt;
	const changes: Happening[] = [];
	const change = (time: number, newStatus: 'OPEN' | 'CLOSED', by = system) =>
		changes.push({time, type: 'THREAD_STATUS_CHANGE', newStatus, by});
	change(isClosed ? Math.min(opening, closing - 1) : opening, 'OPEN');

	// It was closed in a pause, and the next message opened it.
	const next = messages.findIndex(
		({time, direction}, place) =>
			direction === 'INCOMING' && time - (messages[place - 1]?.time ?? time) > minute && time > opening,
	);
	const before = messages[next - 1];
	const after = messages[next];
	if (before && after && random.happens(0.3)) {
		const closed = Math.max(before.time, opening) + lag.closing;
		const opened = after.time + lag.opening;
		if (closed < after.time && (!isClosed || opened < closing)) {
			change(closed, 'CLOSED', agentOf(thread, random));
			change(opened, 'OPEN');
		}
	}

	if (isClosed) {
		const latest = Math.max(...changes.map(({time}) => time), last);
		// Two closings in a row occur.
		if (closing - latest > 3 * second && random.happens(0.1)) {
			change(closing - 2 * second, 'CLOSED', agentOf(thread, random));
		}

		change(closing, 'CLOSED', random.happens(0.5) ? system : agentOf(thread, random));
	}

	return changes;
}

/** The first reply of an agent assigns the thread; without one, HubSpot does. */
function assignments(
	thread: Thread,
	messages: readonly Message[],
	created: number,
	random: Random,
): readonly Happening[] {
	const {assignedTo} = thread;
	const reply = messages.find(({direction, by}) => direction === 'OUTGOING' && by.startsWith('A-'));
	const time = (reply?.time ?? created) + lag.assignment;
	const type = 'ASSIGNMENT';
	if (!assignedTo) {
		return reply
			? [
					{time, type, by: reply.by, to: reply.by},
					{time: time + 20 * second, type, by: reply.by, from: reply.by},
				]
			: [];
	}

	const by = reply?.by ?? system;
	const other = agentId(random.between(0, agentCount));
	return random.happens(0.15) && other !== assignedTo
		? [
				{time: created + lag.assignment / 2, type, by: system, to: other},
				{time, type, by, from: other, to: assignedTo},
			]
		: [{time, type, by, to: assignedTo}];
}

function moves(
	thread: Thread,
	inboxIds: readonly string[],
	created: number,
	random: Random,
): readonly Happening[] {
	const others = inboxIds.filter(id => id !== thread.inboxId);
	const from = others[random.between(0, others.length)];
	return from !== undefined && random.happens(0.08)
		? [
				{
					time: created + 2 * second,
					type: 'THREAD_INBOX_CHANGE',
					by: agentOf(thread, random),
					from,
					to: thread.inboxId,
				},
			]
		: [];
}
