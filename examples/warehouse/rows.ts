import type {Actor, Channel, ChannelAccount, Inbox, Message, Thread} from 'hubspot-threads';
import type {RowOf} from './tables.ts';
import {first, flag, text, time} from './values.ts';

/** Fields that may be absent, or of any other type than HubSpot says. */
type Loose = Readonly<Record<string, unknown>>;

const inside = (value: unknown): Loose =>
	typeof value === 'object' && value !== null ? (value as Loose) : {};
const list = (value: unknown): readonly Loose[] => (Array.isArray(value) ? value.map(inside) : []);

export const threadRow = (thread: Thread): RowOf<'thread'> => ({
	id: thread.id,
	inbox_id: text(thread.inboxId),
	status: text(thread.status),
	assigned_to: text(thread.assignedTo),
	contact_id: text(thread.associatedContactId),
	ticket_id: text(inside(thread.threadAssociations).associatedTicketId),
	channel_id: text(thread.originalChannelId),
	channel_account_id: text(thread.originalChannelAccountId),
	created_at: time(thread.createdAt),
	closed_at: time(thread.closedAt),
	latest_message_at: time(thread.latestMessageTimestamp),
	latest_message_sent_at: time(thread.latestMessageSentTimestamp),
	latest_message_received_at: time(thread.latestMessageReceivedTimestamp),
	spam: flag(thread.spam),
	archived: flag(thread.archived),
	raw: JSON.stringify(thread),
});

export function messageRow(message: Message): RowOf<'message'> {
	const loose = message as unknown as Loose;
	const client = inside(loose.client);
	return {
		thread_id: message.conversationsThreadId,
		id: message.id,
		type: text(message.type),
		created_at: time(loose.createdAt),
		updated_at: time(loose.updatedAt),
		created_by: text(loose.createdBy),
		client_type: text(client.clientType),
		integration_app_id: text(client.integrationAppId),
		direction: text(loose.direction),
		channel_id: text(loose.channelId),
		channel_account_id: text(loose.channelAccountId),
		in_reply_to_id: text(loose.inReplyToId),
		subject: text(loose.subject),
		text: text(loose.text),
		rich_text: text(loose.richText),
		truncation_status: text(loose.truncationStatus),
		status_type: text(inside(loose.status).statusType),
		new_status: text(loose.newStatus),
		assigned_to: text(loose.assignedTo),
		assigned_from: text(loose.assignedFrom),
		from_inbox_id: text(loose.fromInboxId),
		to_inbox_id: text(loose.toInboxId),
		archived: flag(loose.archived),
		raw: JSON.stringify(message),
	};
}

export const senderRows = (message: Message) => partyRows(message, message.senders, 'senderField');
export const recipientRows = (message: Message) => partyRows(message, message.recipients, 'recipientField');

function partyRows(
	{conversationsThreadId, id}: Message,
	parties: unknown,
	field: string,
): Array<RowOf<'message_sender'>> {
	return list(parties).map((party, position) => {
		// Some clients have met the plural, which the specification has where messages are sent.
		const address = inside(party.deliveryIdentifier ?? list(party.deliveryIdentifiers)[0]);
		return {
			thread_id: conversationsThreadId,
			message_id: id,
			position,
			actor_id: text(party.actorId),
			name: text(party.name),
			field: text(party[field]),
			address_type: text(address.type),
			address: text(address.value),
		};
	});
}

export const statusRow = (message: RowOf<'message'>): RowOf<'thread_status_history'> => ({
	thread_id: message.thread_id,
	message_id: message.id,
	changed_at: message.created_at,
	status: message.new_status,
	changed_by: message.created_by,
});

/** The letter before an id tells the type without a request. */
const types: Readonly<Record<string, string>> = {
	A: 'AGENT',
	V: 'VISITOR',
	S: 'SYSTEM',
	B: 'BOT',
	I: 'INTEGRATOR',
	E: 'EMAIL',
	L: 'LLM',
};

/** @param actor `undefined` if HubSpot does not know it. */
export const actorRow = (id: string, actor: Actor | undefined): RowOf<'actor'> => ({
	id,
	type: text(actor?.type) ?? types[id.split('-')[0] ?? ''] ?? null,
	name: text(actor?.name),
	email: text(actor?.email) ?? (id.startsWith('E-') ? id.slice(2) : null),
	avatar: text(actor?.avatar),
	raw: actor ? JSON.stringify(actor) : null,
});

export const inboxRow = (inbox: Inbox): RowOf<'inbox'> => ({
	id: inbox.id,
	name: text(inbox.name),
	type: text(inbox.type),
	created_at: time(inbox.createdAt),
	updated_at: time(inbox.updatedAt),
	archived: flag(inbox.archived),
	archived_at: time(inbox.archivedAt),
	raw: JSON.stringify(inbox),
});

export const channelRow = (channel: Channel): RowOf<'channel'> => ({
	id: channel.id,
	name: text(channel.name),
	raw: JSON.stringify(channel),
});

export const channelAccountRow = (account: ChannelAccount): RowOf<'channel_account'> => ({
	id: account.id,
	channel_id: first(account.channelId),
	inbox_id: first(account.inboxId),
	name: text(account.name),
	address: text(inside(account.deliveryIdentifier).value),
	active: flag(account.active),
	authorized: flag(account.authorized),
	created_at: time(account.createdAt),
	archived: flag(account.archived),
	archived_at: time(account.archivedAt),
	raw: JSON.stringify(account),
});
