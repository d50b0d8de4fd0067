import type {ConnectionOptions} from '../request/connection.ts';
import {createToParameters, parseSearchParams, type SearchParamsOption} from '../request/parameters.ts';
import type {List} from '../walk/list.ts';
import type {ItemOf} from '../walk/schema.ts';
import {paginateList} from '../walk/walk-list.ts';
import type {WalkOptions} from '../walk/walk-options.ts';
import {sortParameters} from './filters.ts';

/**
 * A kind of channel, such as live chat (`1000`), e-mail (`1002`) or forms (`1003`), exactly as HubSpot sent it.
 *
 * @see https://developers.hubspot.com/docs/api-reference/conversations-inbox-messages-v3/guide
 */
export interface Channel {
	/** Unique id: digits, kept as a string. A thread's `originalChannelId`. */
	readonly id: string;
	/** As people see it. */
	readonly name: string;
}

/** In which order. */
export interface ChannelListOptions extends SearchParamsOption {
	/** The fields to sort by, such as `name`; `-name` is descending. Default: HubSpot's own order. */
	readonly sort?: string | readonly string[] | undefined;
}

/** Everything that `paginateChannels()` takes. */
export type PaginateChannelsOptions<T = Channel> = ConnectionOptions & ChannelListOptions & WalkOptions<T>;

const channels: List<ChannelListOptions> = {
	item: 'Channel',
	defaultPageSize: 100,
	optionNames: {sort: true, searchParams: true} satisfies Record<keyof ChannelListOptions, true>,
	parse(options) {
		const filters = sortParameters(options.sort);
		return [{path: 'channels', toParameters: createToParameters(filters, [], parseSearchParams(options))}];
	},
};

/**
 * Yields the channels that HubSpot knows, one at a time, with the promises of `paginate()`.
 *
 * ```ts
 * import {paginateChannels} from 'hubspot-threads';
 *
 * for await (const channel of paginateChannels({accessToken: process.env.HUBSPOT_ACCESS_TOKEN!})) {
 *   console.log(channel.id, channel.name);
 * }
 * ```
 *
 * @throws {TypeError} at the call, for options that break a rule.
 * @throws {PaginationError} from the walk, with a `resume` to continue from; an abort rejects with `signal.reason`.
 * @see https://developers.hubspot.com/docs/api-reference/conversations-inbox-messages-v3/guide
 */
export function paginateChannels<T = Channel>(
	options: PaginateChannelsOptions<T>,
): AsyncGenerator<ItemOf<T>, void> {
	return paginateList<PaginateChannelsOptions<T>, T>(channels, options);
}
