/** What HubSpot accepts as a `threadStatus` filter. */
export type ThreadStatus = 'OPEN' | 'CLOSED';

/** A moment as HubSpot writes it: ISO 8601 with milliseconds and `Z`. */
export type Timestamp = string;

/**
 * One HubSpot conversation, exactly as HubSpot sent it: nothing is renamed, converted or dropped, and fields
 * that HubSpot adds later come through. Only `id` is checked; a `schema` checks and types as much as you like.
 *
 * @see https://developers.hubspot.com/docs/api-reference/conversations-inbox-messages-v3/guide
 */
export interface Thread {
	/** Unique id: digits, kept as a string. */
	readonly id: string;
	/** The inbox that it is in. */
	readonly inboxId: string;
	/** The channel that it began on, such as chat or email. */
	readonly originalChannelId: string;
	/** The account of that channel that it began with, such as one email address. */
	readonly originalChannelAccountId: string;
	/** The contact, or a visitor that the CRM does not know yet. */
	readonly associatedContactId: string;
	/** When it was created. */
	readonly createdAt: Timestamp;
	/** Only while it is closed. */
	readonly closedAt?: Timestamp | null;
	/** Open to values that HubSpot may add. */
	readonly status: ThreadStatus | (string & {});
	/** Actor id of the agent, such as `A-2620022`; absent if there is none. */
	readonly assignedTo?: string | null;
	/**
	 * When the latest message was sent or received; absent if there is none. Moved by a message only: closing,
	 * assigning or moving a thread leaves it as it was.
	 */
	readonly latestMessageTimestamp?: Timestamp | null;
	/** When the latest message was sent to the contact. */
	readonly latestMessageSentTimestamp?: Timestamp | null;
	/** When the latest message came from the contact. */
	readonly latestMessageReceivedTimestamp?: Timestamp | null;
	/** Whether it is marked as spam. Absent from older threads. */
	readonly spam?: boolean | null;
	/** Whether it is archived; such threads are in a list of their own. Absent from older threads. */
	readonly archived?: boolean | null;
	/** Only with `association: 'TICKET'`, and only on threads that have a ticket. */
	readonly threadAssociations?: {
		/** The ticket. */
		readonly associatedTicketId?: string | null;
	} | null;
}
