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
	readonly inboxId: string;
	readonly originalChannelId: string;
	readonly originalChannelAccountId: string;
	/** The contact, or a visitor that the CRM does not know yet. */
	readonly associatedContactId: string;
	readonly createdAt: Timestamp;
	readonly closedAt?: Timestamp | null;
	/** Open to values that HubSpot may add. */
	readonly status: ThreadStatus | (string & {});
	/** Actor id of the agent, such as `A-2620022`. */
	readonly assignedTo?: string | null;
	/** Moved by a message only: closing, assigning or moving a thread leaves it as it was. */
	readonly latestMessageTimestamp?: Timestamp | null;
	readonly latestMessageSentTimestamp?: Timestamp | null;
	readonly latestMessageReceivedTimestamp?: Timestamp | null;
	/** Absent from older threads. */
	readonly spam?: boolean | null;
	/** Absent from older threads. */
	readonly archived?: boolean | null;
	/** Only with `association: 'TICKET'`, and only on threads that have a ticket. */
	readonly threadAssociations?: {readonly associatedTicketId?: string | null} | null;
}
