import type {OpenPaginateOptions} from './lists/combinations.ts';
import type {Thread} from './lists/thread.ts';
import type {AnyListOptions} from './lists/thread-filters.ts';
import {type AnyPaginateOptions, threads} from './lists/threads.ts';
import type {ItemOf} from './walk/schema.ts';
import {paginateList} from './walk/walk-list.ts';

/**
 * Yields every HubSpot conversation thread that the options select, one at a time, in HubSpot's order. Makes no
 * request before the first `next()`, and stops at once on `break`, `return()` or an abort.
 *
 * ```ts
 * import {paginate} from 'hubspot-threads';
 *
 * const accessToken = process.env.HUBSPOT_ACCESS_TOKEN!;
 * for await (const thread of paginate({accessToken, inboxId: 481939})) {
 *   console.log(thread.id, thread.status);
 * }
 * ```
 *
 * @throws {TypeError} at the call, for options that HubSpot would refuse or silently ignore.
 * @throws {PaginationError} from the walk, with a `resume` to continue from; an abort rejects with `signal.reason`.
 * @see https://developers.hubspot.com/docs/api-reference/conversations-inbox-messages-v3/guide
 */
export function paginate<T = Thread, Options extends AnyListOptions = AnyListOptions>(
	options: OpenPaginateOptions<Options, T>,
): AsyncGenerator<ItemOf<T>, void> {
	return paginateList<AnyPaginateOptions<T>, T>(threads, options);
}
