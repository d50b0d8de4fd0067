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
	/** `HS_EMAIL_ADDRESS`, or `CHANNEL_SPECIFIC_OPAQUE_ID` in a chat. */
	readonly type: string;
	/** The address. */
	readonly value: string;
}

/** One row of a thread's list of messages, with the fields that HubSpot's rows of its `type` have. */
export interface SandboxMessage {
	/** A UUID, or 32 hexadecimal digits. */
	readonly id: string;
	/** The thread that it belongs to. */
	readonly conversationsThreadId: string;
	/** A mail that came in has whole seconds: its own date. */
	readonly createdAt: string;
	/** A mail that came in was listed then. */
	readonly updatedAt?: string;
	/** Actor id. */
	readonly createdBy: string;
	/** What wrote it. */
	readonly client: {
		/** `HUBSPOT`, `INTEGRATION` or `SYSTEM`. */
		readonly clientType: string;
		/** Of an integration; a number. */
		readonly integrationAppId?: number;
	};
	/** Whom it is from. */
	readonly senders: ReadonlyArray<{
		/** Actor id. */
		readonly actorId?: string;
		/** For people. */
		readonly name?: string;
		/** `FROM`, in a mail. */
		readonly senderField?: string;
		/** The address. */
		readonly deliveryIdentifier?: SandboxDeliveryIdentifier;
	}>;
	/** Whom it is to; of a mail mostly addresses without an actor. */
	readonly recipients: ReadonlyArray<{
		/** Actor id. */
		readonly actorId?: string;
		/** For people. */
		readonly name?: string;
		/** `TO` or `CC`, in a mail. */
		readonly recipientField?: string;
		/** The address. */
		readonly deliveryIdentifier?: SandboxDeliveryIdentifier;
	}>;
	/** Whether it is only in the archived list. */
	readonly archived: boolean;
	/** Tells which of the fields below it has. */
	readonly type: SandboxMessageType;

	/** May hold HTML and entities, or be empty beside `richText`. */
	readonly text?: string;
	/** The same as HTML. */
	readonly richText?: string;
	/** What came with it. */
	readonly attachments?: readonly SandboxAttachment[];
	/** Of a mail. */
	readonly subject?: string;
	/** Whether the rest is at its original content. */
	readonly truncationStatus?: 'NOT_TRUNCATED' | 'TRUNCATED_TO_MOST_RECENT_REPLY' | 'TRUNCATED';
	/** What became of it. */
	readonly status?: {
		/** `SENT`, `RECEIVED`, `READ` or `FAILED`. */
		readonly statusType: string;
		/** Only if it failed. */
		readonly failureDetails?: {
			/** For people. */
			readonly errorMessage: string;
		};
	};
	/** What HubSpot saw: a mail that an agent sent from their own mailbox is `INCOMING`. */
	readonly direction?: 'INCOMING' | 'OUTGOING';
	/** The channel that it went through. */
	readonly channelId?: string;
	/** The account of that channel. */
	readonly channelAccountId?: string;
	/** The message that it answers. */
	readonly inReplyToId?: string;
	/** Actor ids of an `ASSIGNMENT`; without `assignedTo` it was unassigned. */
	readonly assignedTo?: string;
	/** Actor id of whoever had the thread before. */
	readonly assignedFrom?: string;
	/** Of a `THREAD_STATUS_CHANGE`. */
	readonly newStatus?: 'OPEN' | 'CLOSED';
	/** Of a `THREAD_INBOX_CHANGE`. */
	readonly fromInboxId?: string;
	/** Of a `THREAD_INBOX_CHANGE`. */
	readonly toInboxId?: string;
}
