import type {Thread} from '../lists/thread.ts';
import {withHidden} from './made/hidden.ts';
import {type Row, rowIds, rowOf} from './made/messages.ts';
import {type Happening, plotOf} from './made/plot.ts';
import {createRandom, numberOf} from './made/random.ts';
import {writeRest} from './made/texts.ts';
import {parseTime} from './made/times.ts';
import type {SandboxMessage} from './message.ts';

export interface ConversationOptions {
	readonly seed: number;
	/** The share of rows that are hidden after the page was cut. */
	readonly hiddenMessages: number;
	/** Where threads may have come from; always the same, because other ones would make other messages. */
	readonly inboxIds: () => readonly string[];
}

/** What was said and done in threads: made when it is asked for, with what has happened since. */
export interface Conversations {
	/** All rows of a thread, the oldest first; `thread` is as it was before anything happened. */
	rows(thread: Thread): readonly Row[];
	/** Adds what happens now, with fields of the message that are to be others. */
	add(thread: Thread, happening: Happening, more?: Partial<SandboxMessage>): void;
}

/** The share of messages that are archived. */
const archived = 0.02;

export function createConversations({seed, hiddenMessages, inboxIds}: ConversationOptions): Conversations {
	const added = new Map<string, Row[]>();

	function made(thread: Thread): readonly Row[] {
		const key = numberOf(thread.id);
		const random = createRandom(seed, key);
		const plot = plotOf(thread, inboxIds(), random);
		return withHidden(plot, hiddenMessages, random).map((happening, number) => {
			const row = rowOf(thread, happening, rowIds(seed, key, number), random);
			return row.message && random.happens(archived) && isBetween(happening, thread)
				? {...row, message: {...row.message, archived: true}}
				: row;
		});
	}

	return {
		rows: thread => {
			const since = added.get(thread.id);
			return since ? [...made(thread), ...since].sort((a, b) => a.time - b.time) : made(thread);
		},
		add(thread, happening, more) {
			const rows = added.get(thread.id) ?? [];
			const key = numberOf(thread.id);
			const number = 1_000_000 + rows.length;
			const random = createRandom(seed + number, key);
			const row = rowOf(thread, happening, rowIds(seed, key, number), random);
			// Whole, unless the test says otherwise.
			const whole = happening.type === 'MESSAGE' ? {truncationStatus: 'NOT_TRUNCATED' as const} : {};
			const message = {...(row.message as SandboxMessage), ...whole, ...more};
			const text = textOf(message);
			const isWhole = (message.truncationStatus ?? 'NOT_TRUNCATED') === 'NOT_TRUNCATED';
			rows.push({
				id: message.id,
				time: parseTime(message.createdAt),
				message,
				original: () => (isWhole ? text : writeRest({text: '', ...text}, true, random)),
			});
			added.set(thread.id, rows);
		},
	};
}

/** A message at a time that the thread tells is never archived: the thread would be untrue. */
function isBetween({type, time}: Happening, thread: Thread): boolean {
	const {createdAt, latestMessageTimestamp, latestMessageSentTimestamp, latestMessageReceivedTimestamp} =
		thread;
	const told = [
		createdAt,
		latestMessageTimestamp,
		latestMessageSentTimestamp,
		latestMessageReceivedTimestamp,
	];
	return type === 'MESSAGE' && !told.some(timestamp => parseTime(timestamp) === time);
}

const textOf = ({text, richText}: Partial<SandboxMessage>) => ({
	...(text !== undefined && {text}),
	...(richText !== undefined && {richText}),
});
