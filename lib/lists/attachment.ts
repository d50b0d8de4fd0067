import type {KeysOf, Other} from './open-union.ts';

/**
 * What came with a message, exactly as HubSpot sent it. Look at `type` first. The union is open: HubSpot may add types.
 *
 * @see https://developers.hubspot.com/docs/api-reference/conversations-inbox-messages-v3/guide
 */
export type Attachment = KnownAttachment | OtherAttachment;

/** The attachments of the types that HubSpot's specification has. */
export type KnownAttachment =
	| FileAttachment
	| LocationAttachment
	| ContactAttachment
	| UnsupportedAttachment
	| HeaderAttachment
	| QuickRepliesAttachment
	| WhatsAppTemplateAttachment
	| SocialMediaAttachment;

/** An attachment of a type that HubSpot has added since: its fields are there, but not known here. */
export type OtherAttachment = Other<KeysOf<KnownAttachment>>;

/** A file. Its bytes are in HubSpot's Files API, with the scope `files`. */
export interface FileAttachment {
	/** Tells it from the others. */
	readonly type: 'FILE';
	/** Its id in the Files API. */
	readonly fileId: string;
	/** Open to values that HubSpot may add. */
	readonly fileUsageType?: 'AUDIO' | 'IMAGE' | 'OTHER' | 'STICKER' | 'VOICE_RECORDING' | (string & {});
	/** Its name. */
	readonly name?: string | null;
	/** Where it can be read for a while. */
	readonly url?: string | null;
}

/** A place. */
export interface LocationAttachment {
	/** Tells it from the others. */
	readonly type: 'LOCATION';
	/** Degrees. */
	readonly latitude: number;
	/** Degrees. */
	readonly longitude: number;
	/** Its name. */
	readonly name?: string | null;
	/** Its address. */
	readonly address?: string | null;
	/** A map of it. */
	readonly url?: string | null;
}

/** Somebody's address card. */
export interface ContactAttachment {
	/** Tells it from the others. */
	readonly type: 'CONTACT';
	/** Names, addresses, phone numbers, e-mail addresses and links. */
	readonly contactProfile: unknown;
}

/** Something that HubSpot cannot show. */
export interface UnsupportedAttachment {
	/** Tells it from the others. */
	readonly type: 'UNSUPPORTED_CONTENT';
}

/** The header of a message. */
export interface HeaderAttachment {
	/** Tells it from the others. */
	readonly type: 'MESSAGE_HEADER';
	/** What it says. */
	readonly text?: string | null;
	/** Its file. A number, unlike that of a `FILE`. */
	readonly fileId?: number | null;
}

/** Answers to choose from. */
export interface QuickRepliesAttachment {
	/** Tells it from the others. */
	readonly type: 'QUICK_REPLIES';
	/** The answers. */
	readonly quickReplies: ReadonlyArray<{
		/** What is sent. */
		readonly value: string;
		/** What `value` is: `TEXT` or `URL`. */
		readonly valueType: string;
		/** What is shown. */
		readonly label?: string | null;
	}>;
	/** Whether several may be chosen. */
	readonly allowMultiSelect?: boolean | null;
	/** Whether one may type instead. */
	readonly allowUserInput?: boolean | null;
}

/** From which template a WhatsApp message was made. */
export interface WhatsAppTemplateAttachment {
	/** Tells it from the others. */
	readonly type: 'WHATSAPP_TEMPLATE_METADATA';
	/** What was filled in. */
	readonly parameters: Readonly<Record<string, string>>;
	/** The CRM objects that it was filled from. */
	readonly crmObjectIds: Readonly<Record<string, number>>;
	/** The template. */
	readonly contentId?: number | null;
}

/** A post, story or link of a social network. */
export interface SocialMediaAttachment {
	/** Tells it from the others. */
	readonly type: 'SOCIAL_MEDIA_METADATA';
	/** Its kind, title, description and addresses. */
	readonly socialMetadata: unknown;
}
