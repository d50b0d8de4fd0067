import type {SandboxAttachment} from './made/attachments.ts';

/** What a row of a thread's list can be. */
export type SandboxMessageType =
	| 'MESSAGE'
	| 'COMMENT'
	| 'WELCOME_MESSAGE'
	| 'ASSIGNMENT'
	| 'THREAD_STATUS_CHANGE'
	| 'THREAD_INBOX_CHANGE';

/** How somebody is reached. */
export interface SandboxDeliveryIdentifier {
	readonly type: string;
	readonly value: string;
}

/** One row of a thread's list of messages, with the fields that HubSpot's rows of its `type` have. */
export interface SandboxMessage {
	readonly id: string;
	readonly conversationsThreadId: string;
	/** A mail that came in has whole seconds: its own date. */
	readonly createdAt: string;
	readonly updatedAt?: string;
	/** Actor id. */
	readonly createdBy: string;
	readonly client: {readonly clientType: string; readonly integrationAppId?: number};
	readonly senders: ReadonlyArray<{
		readonly actorId?: string;
		readonly name?: string;
		readonly senderField?: string;
		readonly deliveryIdentifier?: SandboxDeliveryIdentifier;
	}>;
	readonly recipients: ReadonlyArray<{
		readonly actorId?: string;
		readonly name?: string;
		readonly recipientField?: string;
		readonly deliveryIdentifier?: SandboxDeliveryIdentifier;
	}>;
	readonly archived: boolean;
	readonly type: SandboxMessageType;

	readonly text?: string;
	readonly richText?: string;
	readonly attachments?: readonly SandboxAttachment[];
	readonly subject?: string;
	readonly truncationStatus?: 'NOT_TRUNCATED' | 'TRUNCATED_TO_MOST_RECENT_REPLY' | 'TRUNCATED';
	readonly status?: {
		readonly statusType: string;
		readonly failureDetails?: {readonly errorMessage: string};
	};
	readonly direction?: 'INCOMING' | 'OUTGOING';
	readonly channelId?: string;
	readonly channelAccountId?: string;
	readonly inReplyToId?: string;
	/** Actor ids of an `ASSIGNMENT`; without `assignedTo` it was unassigned. */
	readonly assignedTo?: string;
	readonly assignedFrom?: string;
	readonly newStatus?: 'OPEN' | 'CLOSED';
	readonly fromInboxId?: string;
	readonly toInboxId?: string;
}
