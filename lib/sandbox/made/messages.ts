import type {Thread} from '../../lists/thread.ts';
import type {SandboxMessage} from '../message.ts';
import {actorOf, addressOf, copied, integrator, system} from './actors.ts';
import {attach} from './attachments.ts';
import {chatChannel, emailChannel, supportAddress} from './channels.ts';
import type {Happening} from './plot.ts';
import {createRandom, hashBits, type Random} from './random.ts';
import {type Text, writeRest, writeText} from './texts.ts';
import {iso, isoSeconds} from './times.ts';

/** A row of a thread's list, as the sandbox keeps it. */
export interface Row {
	readonly id: string;
	readonly time: number;
	/** `undefined`: HubSpot hides it after it has cut the page. */
	readonly message: SandboxMessage | undefined;
	/** What its original content answers. */
	readonly original: () => Partial<Text>;
}

/** A happening as HubSpot writes it. */
export function rowOf(thread: Thread, happening: Happening, id: RowIds, random: Random): Row {
	const {time, type} = happening;
	if (type === 'HIDDEN') {
		return {id: id.plain, time, message: undefined, original: () => ({})};
	}

	if (type === 'MESSAGE') {
		return messageRow(thread, happening, id, random);
	}

	const by = type === 'WELCOME_MESSAGE' ? system : happening.by;
	const base = {
		id: type === 'COMMENT' || type === 'WELCOME_MESSAGE' ? id.plain : id.dashed,
		conversationsThreadId: thread.id,
		createdAt: iso(time),
		createdBy: by,
		client: {clientType: 'SYSTEM'},
		senders: [{actorId: system}],
		recipients: [],
		archived: false,
		type,
	};
	const account = {channelId: thread.originalChannelId, channelAccountId: thread.originalChannelAccountId};
	const row = (more: Partial<SandboxMessage>, original: Partial<Text> = {}): Row => {
		const message = {...base, ...more};
		return {id: message.id, time, message, original: () => original};
	};

	switch (type) {
		case 'COMMENT': {
			const text = `Ask ${actorOf(by).name} before the next answer.`;
			const content = {text, richText: `<p>${text}</p>`};
			const [clientType, senders] = ['HUBSPOT', [{actorId: by}]];
			return row({client: {clientType}, senders, ...content, attachments: []}, content);
		}
		case 'WELCOME_MESSAGE': {
			const content = {text: "Got any questions? I'm happy to help."};
			return row({recipients: [chatParty(contactOf(thread))], ...content, ...account}, content);
		}
		case 'ASSIGNMENT':
			return row({
				...(happening.from !== undefined && {assignedFrom: happening.from}),
				...(happening.to !== undefined && {assignedTo: happening.to}),
			});
		case 'THREAD_STATUS_CHANGE':
			return row({newStatus: happening.newStatus});
		case 'THREAD_INBOX_CHANGE':
			return row({fromInboxId: happening.from, toInboxId: happening.to});
	}
}

/** HubSpot has two shapes of ids, and a row has one of them. */
export interface RowIds {
	/** A UUID: rows of the system, and mails that came in. */
	readonly dashed: string;
	/** 32 hexadecimal digits: chats, and what is sent in HubSpot. */
	readonly plain: string;
}

export function rowIds(seed: number, key: number, number: number): RowIds {
	// The first and the last eight digits tell every two rows apart; those between only look like an id.
	const parts = [[key, 0] as const, [key, number + 1] as const, [number, key] as const, [number, 0] as const];
	const digits = () =>
		parts
			.map(([index, what], part) =>
				hashBits(seed + part, index, what)
					.toString(16)
					.padStart(8, '0'),
			)
			.join('');
	return {
		get plain() {
			return digits();
		},
		get dashed() {
			const all = digits();
			return `${all.slice(0, 8)}-${all.slice(8, 12)}-4${all.slice(13, 16)}-8${all.slice(17, 20)}-${all.slice(20)}`;
		},
	};
}

/** The share of messages whose text HubSpot cuts. */
const truncated = 0.17;

function messageRow(
	thread: Thread,
	{time, direction, by}: Extract<Happening, {readonly type: 'MESSAGE'}>,
	id: RowIds,
	random: Random,
): Row {
	const isMail = thread.originalChannelId === emailChannel;
	const isSent = direction === 'OUTGOING';
	const isDated = isMail && !isSent;
	const text = writeText(isSent, random);
	const isCut = random.happens(truncated);
	const isQuote = isMail && random.happens(0.8);
	// It says that it is cut now and then though nothing is missing.
	const isLonger = isCut && random.happens(0.9);
	const rest = random.between(0, 2 ** 31);
	const isFailed = isSent && random.happens(0.02);
	const message: SandboxMessage = {
		id: isDated ? id.dashed : id.plain,
		conversationsThreadId: thread.id,
		createdAt: isDated && time % 1000 === 0 ? isoSeconds(time) : iso(time),
		// A mail is listed some seconds after its date.
		...((isDated || random.happens(0.5)) && {
			updatedAt: iso(time + (isDated ? random.between(3600, 6100) : 100)),
		}),
		createdBy: by,
		client: clientOf(by, thread),
		...(isMail ? mailParties(thread, by, isSent, random) : chatParties(thread, by, isSent)),
		archived: false,
		...text,
		attachments: attach(random),
		...(isMail && {subject: isSent ? 'Re: My order' : 'My order'}),
		truncationStatus: !isCut ? 'NOT_TRUNCATED' : isQuote ? 'TRUNCATED_TO_MOST_RECENT_REPLY' : 'TRUNCATED',
		status: isFailed
			? {statusType: 'FAILED', failureDetails: {errorMessage: 'The mailbox is full.'}}
			: {statusType: isSent ? (random.happens(0.3) ? 'READ' : 'SENT') : 'RECEIVED'},
		direction,
		channelId: thread.originalChannelId,
		channelAccountId: thread.originalChannelAccountId,
		type: 'MESSAGE',
	};
	return {
		id: message.id,
		time,
		message,
		original: () => (isLonger ? writeRest(text, isQuote, createRandom(rest, 0)) : text),
	};
}

const contactOf = ({associatedContactId}: Thread) => `V-${associatedContactId}`;

function clientOf(by: string, {originalChannelId}: Thread): SandboxMessage['client'] {
	if (by === integrator) {
		return {clientType: 'INTEGRATION', integrationAppId: Number(by.slice(2))};
	}

	return {clientType: by.startsWith('V-') && originalChannelId === chatChannel ? 'SYSTEM' : 'HUBSPOT'};
}

const chatParty = (actorId: string) => ({
	actorId,
	deliveryIdentifier: {type: 'CHANNEL_SPECIFIC_OPAQUE_ID', value: `opaque-${actorId.toLowerCase()}`},
});

/** In a chat only the contact has an address. */
function chatParties(thread: Thread, by: string, isSent: boolean) {
	return isSent
		? {senders: [{actorId: by, ...nameOf(by)}], recipients: [chatParty(contactOf(thread))]}
		: {senders: [chatParty(by)], recipients: []};
}

/** A recipient of a mail has no actor but in copies that HubSpot did not resolve. */
function mailParties(thread: Thread, by: string, isSent: boolean, random: Random) {
	const support = supportAddress(thread.originalChannelAccountId);
	const address = (value: string) => ({deliveryIdentifier: {type: 'HS_EMAIL_ADDRESS', value}});
	const copy = random.pick(copied);
	return {
		senders: [
			{actorId: by, ...nameOf(by), senderField: 'FROM', ...address(isSent ? support : addressOf(by))},
		],
		recipients: [
			{recipientField: 'TO', ...address(isSent ? addressOf(contactOf(thread)) : support)},
			...(random.happens(0.15) ? [{actorId: copy, recipientField: 'CC', ...address(copy.slice(2))}] : []),
		],
	};
}

function nameOf(by: string) {
	const {name} = actorOf(by);
	return name === undefined ? {} : {name};
}
