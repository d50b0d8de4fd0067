import type {Attachment} from './attachment.ts';
import type {KeysOf, Other} from './open-union.ts';
import type {Timestamp} from './thread.ts';

/**
 * One entry of a conversation, exactly as HubSpot sent it: what somebody wrote, or what happened to the thread. Look
 * at `type` first; TypeScript then knows the rest. The union is open: HubSpot may add types.
 *
 * @see https://developers.hubspot.com/docs/api-reference/conversations-inbox-messages-v3/guide
 */
export type Message = KnownMessage | OtherMessage;

/** The messages of the types that HubSpot's specification has. */
export type KnownMessage =
	| TextMessage
	| CommentMessage
	| WelcomeMessage
	| AssignmentMessage
	| StatusChangeMessage
	| InboxChangeMessage;

/** A message of a type that HubSpot has added since: its further fields are there, but not known here. */
export type OtherMessage = MessageBase & Other<Exclude<KeysOf<KnownMessage>, keyof MessageBase>>;

/** What all messages have. */
export interface MessageBase {
	/** Unique id: a UUID, or 32 hexadecimal digits. */
	readonly id: string;
	/** The thread that it belongs to. */
	readonly conversationsThreadId: string;
	/**
	 * When it was written. An e-mail has the date of the mail: whole seconds, and earlier than its place in the list.
	 * Sort by `createdAt`, then by `id`, where the order matters.
	 */
	readonly createdAt: Timestamp;
	/** When it was changed. */
	readonly updatedAt?: Timestamp | null;
	/** Actor id of who wrote it or caused it, such as `A-2620022`; `S-hubspot` is HubSpot itself. */
	readonly createdBy: string;
	/** Through what it was created. Absent from older messages. */
	readonly client?: MessageClient | null;
	/** Who sent it. */
	readonly senders: readonly MessageSender[];
	/** Who received it. In e-mails often without an actor id. */
	readonly recipients: readonly MessageRecipient[];
	/** Whether it is archived; such messages are in a list of their own. Absent from older messages. */
	readonly archived?: boolean | null;
}

/** Something that was said between the contact and the account. */
export interface TextMessage extends MessageBase {
	/** Tells it from the others. */
	readonly type: 'MESSAGE';
	/** Plain text, but outgoing messages may hold HTML and entities. Empty where only `richText` is filled. */
	readonly text: string;
	/** The same as HTML. */
	readonly richText?: string | null;
	/** Of an e-mail. */
	readonly subject?: string | null;
	/** What came with it. */
	readonly attachments: readonly Attachment[];
	/**
	 * Anything but `NOT_TRUNCATED` means that `text` and `richText` may be cut, most often by the quoted history of an
	 * e-mail: see `originalContent`. Open to values that HubSpot may add.
	 */
	readonly truncationStatus: 'NOT_TRUNCATED' | 'TRUNCATED_TO_MOST_RECENT_REPLY' | 'TRUNCATED' | (string & {});
	/**
	 * What HubSpot saw: a reply that an agent sent from their own mailbox is `INCOMING`, and so is every form that was
	 * filled in. Open to values that HubSpot may add.
	 */
	readonly direction: 'INCOMING' | 'OUTGOING' | (string & {});
	/** The channel, such as `1002` for e-mail. Absent from older messages. */
	readonly channelId?: string | null;
	/** The account of that channel. Absent from older messages. */
	readonly channelAccountId?: string | null;
	/** The message that it answers. */
	readonly inReplyToId?: string | null;
	/** What became of it. */
	readonly status?: MessageStatus | null;
	/** The whole text. Only with `originalContent: true`, and only on a message that is cut. */
	readonly originalContent?: OriginalContent;
}

/** An internal comment, which the contact does not see. */
export interface CommentMessage extends MessageBase {
	/** Tells it from the others. */
	readonly type: 'COMMENT';
	/** Plain text. */
	readonly text: string;
	/** The same as HTML. */
	readonly richText: string;
	/** What came with it. */
	readonly attachments: readonly Attachment[];
}

/** What a chat says before anybody has written; it lies a few milliseconds before the first message. */
export interface WelcomeMessage extends MessageBase {
	/** Tells it from the others. */
	readonly type: 'WELCOME_MESSAGE';
	/** Plain text. */
	readonly text: string;
	/** The same as HTML. */
	readonly richText?: string | null;
	/** The channel. */
	readonly channelId: string;
	/** The account of that channel. */
	readonly channelAccountId: string;
}

/** The thread got another agent, or none. A reply assigns the thread by itself. */
export interface AssignmentMessage extends MessageBase {
	/** Tells it from the others. */
	readonly type: 'ASSIGNMENT';
	/** Actor id of the new agent; absent if the thread has none now. */
	readonly assignedTo?: string | null;
	/** Actor id of the agent before. */
	readonly assignedFrom?: string | null;
}

/** The thread was closed or opened again. Two closings in a row occur, and so do many cycles in one thread. */
export interface StatusChangeMessage extends MessageBase {
	/** Tells it from the others. */
	readonly type: 'THREAD_STATUS_CHANGE';
	/** Open to values that HubSpot may add. */
	readonly newStatus: 'OPEN' | 'CLOSED' | (string & {});
}

/** The thread was moved to another inbox. */
export interface InboxChangeMessage extends MessageBase {
	/** Tells it from the others. */
	readonly type: 'THREAD_INBOX_CHANGE';
	/** The inbox before. */
	readonly fromInboxId: string;
	/** The inbox now. */
	readonly toInboxId: string;
}

/** The whole text of a message that is cut, as HubSpot has it. */
export interface OriginalContent {
	/** Plain text. */
	readonly text?: string | null;
	/** The same as HTML. */
	readonly richText?: string | null;
}

/** Through what a message was created. */
export interface MessageClient {
	/** Open to values that HubSpot may add. */
	readonly clientType: 'HUBSPOT' | 'INTEGRATION' | 'SYSTEM' | 'UNKNOWN' | (string & {});
	/** The app: a number, unlike every other id. */
	readonly integrationAppId?: number | null;
}

/** Who sent a message. */
export interface MessageSender {
	/** Such as `A-2620022`. */
	readonly actorId?: string | null;
	/** As the channel has it. */
	readonly name?: string | null;
	/** In an e-mail, such as `FROM`. */
	readonly senderField?: string | null;
	/** The address that it was sent from. Chat and bot messages have none. */
	readonly deliveryIdentifier?: DeliveryIdentifier | null;
}

/** Who received a message. */
export interface MessageRecipient {
	/** Such as `V-1401`. */
	readonly actorId?: string | null;
	/** As the channel has it. */
	readonly name?: string | null;
	/** In an e-mail, such as `TO` or `CC`. */
	readonly recipientField?: string | null;
	/** The address that it was sent to. */
	readonly deliveryIdentifier?: DeliveryIdentifier | null;
}

/** An address on a channel. */
export interface DeliveryIdentifier {
	/** Open to values that HubSpot may add. */
	readonly type:
		| 'HS_EMAIL_ADDRESS'
		| 'HS_PHONE_NUMBER'
		| 'HS_SHORT_CODE'
		| 'CHANNEL_SPECIFIC_OPAQUE_ID'
		| (string & {});
	/** The address itself. */
	readonly value: string;
}

/** What became of a message. */
export interface MessageStatus {
	/** Open to values that HubSpot may add. */
	readonly statusType: 'SENT' | 'RECEIVED' | 'READ' | 'FAILED' | (string & {});
	/** Why it failed. */
	readonly failureDetails?: unknown;
}
