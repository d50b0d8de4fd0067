import type {Thread} from '../lists/thread.ts';
import {type Conversations, createConversations} from './conversations.ts';
import {type Actors, createActors, system} from './made/actors.ts';
import {
	accountsWith,
	channelsWith,
	emailChannel,
	type SandboxChannel,
	type SandboxChannelAccount,
} from './made/channels.ts';
import {inboxesWith, type SandboxInbox} from './made/inboxes.ts';
import type {Row} from './made/messages.ts';
import type {Happening} from './made/plot.ts';
import type {ThreadSource} from './made/source.ts';
import type {SandboxMessage} from './message.ts';
import {type Changes, createStore, type IndexOptions, type Store} from './store.ts';

export interface AccountOptions extends IndexOptions {
	readonly seed: number;
	readonly hiddenMessages: number;
}

/** All that one HubSpot account holds, and what can happen in it. */
export interface Account {
	readonly store: Store;
	readonly actors: Actors;
	inboxes(): readonly SandboxInbox[];
	channels(): readonly SandboxChannel[];
	channelAccounts(): readonly SandboxChannelAccount[];
	/** `undefined` if it is not there, or not any more. */
	find(id: string): Thread | undefined;
	/** Of a thread that is there: its rows, the oldest first, with those that are hidden. */
	rows(id: string): readonly Row[];
	update(id: string, changes: Changes): void;
	receiveMessage(id: string, time: Date, message?: Partial<SandboxMessage>): void;
	closeThread(id: string, time: Date): void;
	reopenThread(id: string, time: Date): void;
	assignThread(id: string, actorId: string | undefined, time: Date): void;
	moveThread(id: string, inboxId: string, time: Date): void;
	removeThread(id: string): void;
}

export function createAccount(source: ThreadSource, options: AccountOptions): Account {
	const store = createStore(source, options);
	const firstInboxIds = [...source.names.inboxIds()];
	const conversations: Conversations = createConversations({...options, inboxIds: () => firstInboxIds});
	/** Ids that were named since. */
	const named = {actors: new Set<string>(), inboxes: new Set<string>()};
	const inboxIds = () => [...new Set([...firstInboxIds, ...named.inboxes])];

	function indexOf(id: string): number {
		const index = store.indexOf(id);
		if (index === -1 || store.isRemoved(index)) {
			throw new TypeError(`There is no thread ${id}`);
		}

		return index;
	}

	function update(id: string, changes: Changes) {
		store.update(indexOf(id), changes);
		if (changes.inboxId) {
			named.inboxes.add(changes.inboxId);
		}

		if (changes.assignedTo) {
			named.actors.add(changes.assignedTo);
		}

		if (changes.associatedContactId) {
			named.actors.add(`V-${changes.associatedContactId}`);
		}
	}

	/** HubSpot writes down in the thread what is done with it. */
	function change(id: string, changes: Changes, happening: Happening) {
		update(id, changes);
		conversations.add(store.at(indexOf(id)), happening);
	}

	return {
		store,
		actors: createActors(source.names, named.actors),
		inboxes: () => inboxesWith(inboxIds()),
		channels: () => channelsWith([...source.names.accounts()].map(([, channelId]) => channelId)),
		channelAccounts: () => accountsWith(source.names.accounts(), firstInboxIds),
		find(id) {
			const index = store.indexOf(id);
			return index === -1 || store.isRemoved(index) ? undefined : store.at(index);
		},
		rows: id => conversations.rows(source.at(indexOf(id))),
		update,
		receiveMessage(id, time, message = {}) {
			const timestamp = time.toISOString();
			const direction = message.direction ?? 'INCOMING';
			update(id, {
				latestMessageTimestamp: timestamp,
				...(direction === 'OUTGOING'
					? {latestMessageSentTimestamp: timestamp}
					: {latestMessageReceivedTimestamp: timestamp}),
			});
			const thread = store.at(indexOf(id));
			const {assignedTo, originalChannelId} = thread;
			const usual = direction === 'OUTGOING' ? (assignedTo ?? system) : `V-${thread.associatedContactId}`;
			const by = message.createdBy ?? usual;
			named.actors.add(by);
			// The date of a mail that comes in has whole seconds.
			const isDated = originalChannelId === emailChannel && direction === 'INCOMING';
			const at = isDated ? Math.floor(time.getTime() / 1000) * 1000 : time.getTime();
			conversations.add(thread, {time: at, type: 'MESSAGE', direction, by}, message);
		},
		closeThread: (id, time) =>
			change(id, {status: 'CLOSED', closedAt: time.toISOString()}, statusChange('CLOSED', time)),
		reopenThread: (id, time) => change(id, {status: 'OPEN', closedAt: undefined}, statusChange('OPEN', time)),
		assignThread(id, actorId, time) {
			const from = store.at(indexOf(id)).assignedTo;
			change(
				id,
				{assignedTo: actorId},
				{
					time: time.getTime(),
					type: 'ASSIGNMENT',
					by: actorId ?? from ?? system,
					...(from && {from}),
					...(actorId && {to: actorId}),
				},
			);
		},
		moveThread(id, inboxId, time) {
			const from = store.at(indexOf(id)).inboxId;
			change(
				id,
				{inboxId},
				{time: time.getTime(), type: 'THREAD_INBOX_CHANGE', by: system, from, to: inboxId},
			);
		},
		removeThread: id => store.remove(indexOf(id)),
	};
}

const statusChange = (newStatus: 'OPEN' | 'CLOSED', time: Date): Happening => ({
	time: time.getTime(),
	type: 'THREAD_STATUS_CHANGE',
	by: system,
	newStatus,
});
