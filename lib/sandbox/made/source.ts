import type {Thread} from '../../lists/thread.ts';
import {parseTime} from './times.ts';

/** Threads that are made when somebody looks at them: a million cost as little as ten. */
export interface ThreadSource {
	readonly length: number;
	/** The thread at a place in the order of ids. */
	at(index: number): Thread;
	/** Its `latestMessageTimestamp` in milliseconds; NaN if it has none. */
	timeAt(index: number): number;
	/** -1 if there is none of that id. */
	indexOf(id: string): number;
	/** Whom and what its threads name: no thread has to be made to know them. */
	readonly names: Names;
}

/** Ids, each once. */
export interface Names {
	inboxIds(): Iterable<string>;
	/** Channel accounts, each with its channel. */
	accounts(): Iterable<readonly [accountId: string, channelId: string]>;
	agentIds(): Iterable<string>;
	contactIds(): Iterable<string>;
	hasContact(id: string): boolean;
}

/** Serves the threads of a list that somebody else made. */
export function sourceOf(threads: readonly Thread[]): ThreadSource {
	const sorted = threads.toSorted((a, b) => a.id.length - b.id.length || (a.id < b.id ? -1 : 1));
	const indexes = new Map(sorted.map(({id}, index) => [id, index]));
	const distinct = (value: (thread: Thread) => string | null | undefined) =>
		new Set(sorted.map(value).filter(id => typeof id === 'string'));
	const contacts = once(() => distinct(({associatedContactId}) => associatedContactId));

	return {
		length: sorted.length,
		at: index => sorted[index] as Thread,
		timeAt: index => parseTime(sorted[index]?.latestMessageTimestamp),
		indexOf: id => indexes.get(id) ?? -1,
		names: {
			inboxIds: once(() => distinct(({inboxId}) => inboxId)),
			accounts: once(
				() =>
					new Map(sorted.map(thread => [thread.originalChannelAccountId, thread.originalChannelId] as const)),
			),
			agentIds: once(() => distinct(({assignedTo}) => assignedTo)),
			contactIds: contacts,
			hasContact: id => contacts().has(id),
		},
	};
}

function once<T>(make: () => T): () => T {
	let made: T | undefined;
	return () => (made ??= make());
}
