import type {Message, Thread} from 'hubspot-threads';
import {type Ask, timeOf} from './ask.ts';
import {cannotTell, type Finding} from './finding.ts';

/** So many threads must agree before a pattern counts as one. */
const enough = 10;

/** Threads whose messages are asked for. */
const sample = 4;

const second = 1000;

/** What moves `latestMessageTimestamp`, as far as threads and their messages tell of their past. */
export async function askAboutChanges(ask: Ask, threads: readonly Thread[]): Promise<Finding[]> {
	// Work that goes on after the latest message is what the questions are about.
	const workOf = (thread: Thread) =>
		(thread.assignedTo ? 1 : 0) + Math.max(0, Date.parse(thread.closedAt ?? '') - timeOf(thread) || 0);
	const likely = threads
		.filter(thread => !Number.isNaN(timeOf(thread)))
		.toSorted((one, other) => workOf(other) - workOf(one));
	const pasts: Past[] = [];
	let failure: string | undefined;
	for (const thread of likely.slice(0, sample)) {
		const answer = await ask({limit: '500'}, {path: messagesOf(thread)});
		failure ??= answer.failure;
		pasts.push({time: timeOf(thread), messages: answer.threads as unknown as readonly Message[]});
	}

	const kinds = [
		['assigning a thread', 'ASSIGNMENT'],
		['moving a thread to another inbox', 'THREAD_INBOX_CHANGE'],
		['a comment', 'COMMENT'],
	] as const;
	return [
		lookAtClosing(threads),
		...kinds.map(([name, type]) => {
			const question = `Does ${name} move \`latestMessageTimestamp\`?`;
			return failure === undefined ? lookAtEvents(question, type, pasts) : cannotTell(question, failure);
		}),
		await askAboutMessageLimit(ask, likely[0]),
	];
}

const messagesOf = ({id}: Thread) => `/conversations/v3/conversations/threads/${id}/messages`;

interface Past {
	/** The thread's latest message, in milliseconds since 1970. */
	readonly time: number;
	readonly messages: readonly Message[];
}

/** Looks at the events of a kind that came after all messages of their thread. */
function lookAtEvents(question: string, kind: string, pasts: readonly Past[]): Finding {
	let moved = 0;
	let unmoved = 0;
	for (const {time, messages} of pasts) {
		const timesOf = (type: string) =>
			messages.filter(message => message.type === type).map(({createdAt}) => Date.parse(createdAt));
		const latest = Math.max(...timesOf('MESSAGE'));
		const event = Math.max(...timesOf(kind));
		if (event > latest + second) {
			unmoved += time < event - second ? 1 : 0;
			moved += Math.abs(time - event) < second ? 1 : 0;
		}
	}

	if (unmoved > 0 && moved === 0) {
		return {question, answer: 'no', because: `${unmoved} of ${pasts.length} threads had one after it`};
	}

	return moved > 0 && unmoved === 0
		? {
				question,
				answer: 'it seems so',
				because: `${moved} of ${pasts.length} threads have the time of one there`,
			}
		: cannotTell(
				question,
				moved > 0
					? 'some threads have the time of one there, and others an earlier one'
					: `none of ${pasts.length} threads had one after its latest message`,
			);
}

async function askAboutMessageLimit(ask: Ask, thread: Thread | undefined): Promise<Finding> {
	const question = 'What does `limit=501` answer in the list of messages?';
	if (!thread) {
		return cannotTell(question, 'no thread with a message was found');
	}

	const {threads: messages, failure} = await ask({limit: '501'}, {path: messagesOf(thread)});
	if (failure?.startsWith('HubSpot answered 4')) {
		return {question, answer: 'an error', because: failure};
	}

	return failure
		? cannotTell(question, failure)
		: {question, answer: 'no error', because: `it gave ${messages.length} messages of one thread`};
}

function lookAtClosing(threads: readonly Thread[]): Finding {
	const question = 'Does closing a thread move `latestMessageTimestamp`?';
	/** Milliseconds from the latest message to the closing. */
	const delays = threads
		.filter(({status}) => status === 'CLOSED')
		.map(thread => Date.parse(thread.closedAt ?? '') - timeOf(thread))
		.filter(delay => !Number.isNaN(delay));
	const later = delays.filter(delay => delay >= 1000);
	if (later.length > 0) {
		return {
			question,
			answer: 'no',
			because: `${later.length} of ${delays.length} closed threads were closed a second or more after it`,
		};
	}

	const same = delays.filter(delay => Math.abs(delay) < 1000);
	return same.length >= enough
		? {
				question,
				answer: 'it seems so',
				because: `${same.length} of ${delays.length} closed threads have the time of their closing there, and none an earlier one`,
			}
		: cannotTell(
				question,
				`only ${delays.length} closed threads with a message were found, none closed after it`,
			);
}
