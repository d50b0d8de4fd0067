import type {Message, Thread} from 'hubspot-threads';

/** What a contender knows about HubSpot. */
export interface Account {
	readonly baseUrl: string;
	readonly accessToken: string;
	readonly pageSize: number;
	/** What HubSpot allows, for contenders that can keep to it. */
	readonly rate: {readonly limit: number; readonly interval: number};
}

/** Gets every thread. A promise means that there is work to wait for before the next one. */
export type Take = (thread: Thread) => Promise<void> | undefined;

/** Gets every message, from contenders that read them. */
export type TakeMessages = (messages: readonly Message[]) => void;

/** Makes a walk over all threads. Walks of one account share what the contender can share. */
export type Contender = (account: Account) => (take: Take, takeMessages: TakeMessages) => Promise<void>;

export interface RawPage {
	readonly results: Thread[];
	readonly paging?: {readonly next?: {readonly after?: string}};
}

export const path = 'conversations/v3/conversations/threads';
