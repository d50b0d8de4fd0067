import type {ConnectionOptions} from '../request/connection.ts';
import {createToParameters, parseSearchParams, type SearchParamsOption} from '../request/parameters.ts';
import type {List} from '../walk/list.ts';
import type {ItemOf} from '../walk/schema.ts';
import {paginateList} from '../walk/walk-list.ts';
import type {WalkOptions} from '../walk/walk-options.ts';
import {archivedParameter, idParameters, sortParameters} from './filters.ts';
import type {DeliveryIdentifier} from './message.ts';
import type {Timestamp} from './thread.ts';
import type {Id} from './values.ts';

/**
 * One account of a channel, such as one e-mail address, one chatflow or one form, exactly as HubSpot sent it.
 *
 * @see https://developers.hubspot.com/docs/api-reference/conversations-inbox-messages-v3/guide
 */
export interface ChannelAccount {
	/** Unique id: digits, kept as a string. A thread's `originalChannelAccountId`. */
	readonly id: string;
	/** The kind of channel. HubSpot's specification has an array here; single ids are what is seen. */
	readonly channelId: string | readonly string[];
	/** The inbox that it feeds. HubSpot's specification has an array here; single ids are what is seen. */
	readonly inboxId: string | readonly string[];
	/** As people see it: the address of an e-mail account, the name of a form. */
	readonly name: string;
	/** Whether it is switched on. */
	readonly active: boolean;
	/** Whether HubSpot may still use it. */
	readonly authorized: boolean;
	/** When it was created. */
	readonly createdAt: Timestamp;
	/** Whether it is archived; such accounts are in a list of their own. */
	readonly archived?: boolean | null;
	/** When it was archived. */
	readonly archivedAt?: Timestamp | null;
	/** Its address, if the channel has addresses. */
	readonly deliveryIdentifier?: DeliveryIdentifier | null;
}

/** Which channel accounts, in which order. */
export interface ChannelAccountListOptions extends SearchParamsOption {
	/** Only the accounts of this inbox, or of several. Default: of all inboxes. */
	readonly inboxId?: Id | readonly Id[] | undefined;
	/** Only the accounts of this channel, or of several. Default: of all channels. */
	readonly channelId?: Id | readonly Id[] | undefined;
	/** `true` lists only archived accounts. Default: only the others. */
	readonly archived?: boolean | undefined;
	/** The fields to sort by, such as `name`; `-name` is descending. Default: HubSpot's own order. */
	readonly sort?: string | readonly string[] | undefined;
}

/** Everything that `paginateChannelAccounts()` takes. */
export type PaginateChannelAccountsOptions<T = ChannelAccount> = ConnectionOptions &
	ChannelAccountListOptions &
	WalkOptions<T>;

const channelAccounts: List<ChannelAccountListOptions> = {
	item: 'Channel account',
	defaultPageSize: 100,
	optionNames: {
		inboxId: true,
		channelId: true,
		archived: true,
		sort: true,
		searchParams: true,
	} satisfies Record<keyof ChannelAccountListOptions, true>,
	parse(options) {
		const filters = [
			...idParameters('inboxId', options.inboxId),
			...idParameters('channelId', options.channelId),
			...archivedParameter(options.archived),
			...sortParameters(options.sort),
		];
		return [
			{path: 'channel-accounts', toParameters: createToParameters(filters, [], parseSearchParams(options))},
		];
	},
};

/**
 * Yields the channel accounts that the options select, one at a time, with the promises of `paginate()`.
 *
 * ```ts
 * import {paginateChannelAccounts} from 'hubspot-threads';
 *
 * const accessToken = process.env.HUBSPOT_ACCESS_TOKEN!;
 * for await (const account of paginateChannelAccounts({accessToken, inboxId: 481939})) {
 *   console.log(account.channelId, account.name, account.active);
 * }
 * ```
 *
 * @throws {TypeError} at the call, for options that break a rule.
 * @throws {PaginationError} from the walk, with a `resume` to continue from; an abort rejects with `signal.reason`.
 * @see https://developers.hubspot.com/docs/api-reference/conversations-inbox-messages-v3/guide
 */
export function paginateChannelAccounts<T = ChannelAccount>(
	options: PaginateChannelAccountsOptions<T>,
): AsyncGenerator<ItemOf<T>, void> {
	return paginateList<PaginateChannelAccountsOptions<T>, T>(channelAccounts, options);
}
