import type {SandboxDeliveryIdentifier} from '../message.ts';
import {iso} from './times.ts';

/** What a thread goes through, such as chat or e-mail. */
export interface SandboxChannel {
	/** Digits. */
	readonly id: string;
	/** For people; the address of a mailbox. */
	readonly name: string;
}

/** One address, chatflow or form of a channel. */
export interface SandboxChannelAccount {
	/** Digits. */
	readonly id: string;
	/** The channel that it belongs to. */
	readonly channelId: string;
	/** The inbox that its threads come to. */
	readonly inboxId: string;
	/** For people; the address of a mailbox. */
	readonly name: string;
	/** Whether it takes messages. */
	readonly active: boolean;
	/** Whether HubSpot may still use it. */
	readonly authorized: boolean;
	/** When it was connected. */
	readonly createdAt: string;
	/** Whether it is only in the archived list. */
	readonly archived: boolean;
	/** Only if it is archived. */
	readonly archivedAt?: string;
	/** The address of a mailbox. */
	readonly deliveryIdentifier?: SandboxDeliveryIdentifier;
}

export const chatChannel = '1000';
export const emailChannel = '1002';

/** Those that the made threads are in, as many in each. */
export const madeChannels = [chatChannel, '1001', emailChannel];

/** The made threads have one account in each channel. */
export const accountIdOf = (channelId: string) => String(147_660 + Number(channelId));

const names = new Map([
	[chatChannel, 'Live chat'],
	['1001', 'Facebook Messenger'],
	[emailChannel, 'Email'],
	['1003', 'Forms'],
	['1004', 'Customer portal'],
	['1007', 'WhatsApp'],
	['1008', 'Calling'],
	['1009', 'SMS'],
]);

/** Every channel of HubSpot's, and those that threads have besides. */
export function channelsWith(ids: Iterable<string>): readonly SandboxChannel[] {
	return [...new Set([...names.keys(), ...ids])].map(id => ({id, name: names.get(id) ?? 'Custom channel'}));
}

const created = Date.UTC(2019, 9, 4, 15, 24, 39, 136);
const form = ['148663', '1003'] as const;
const oldMailbox = ['148664', emailChannel] as const;

/** The accounts that threads came through, a form, and a mailbox that is archived. */
export function accountsWith(
	used: Iterable<readonly [accountId: string, channelId: string]>,
	inboxIds: readonly string[],
): readonly SandboxChannelAccount[] {
	const channels = new Map([form, oldMailbox, ...used]);
	return [...channels].map(([id, channelId], index) => {
		const isArchived = id === oldMailbox[0];
		const address = supportAddress(id);
		return {
			id,
			channelId,
			inboxId: inboxIds[index % inboxIds.length] ?? '481939',
			name: channelId === emailChannel ? address : `${names.get(channelId) ?? 'Custom'} of the shop`,
			active: !isArchived,
			authorized: true,
			createdAt: iso(created + index * 1000),
			archived: isArchived,
			...(isArchived && {archivedAt: iso(created + 86_400_000)}),
			...(channelId === emailChannel && {deliveryIdentifier: {type: 'HS_EMAIL_ADDRESS', value: address}}),
		};
	});
}

export const supportAddress = (accountId: string) => `support-${accountId}@shop.example`;
