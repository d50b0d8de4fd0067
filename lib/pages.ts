import type {OpenPaginateOptions} from './lists/combinations.ts';
import type {Thread} from './lists/thread.ts';
import type {AnyListOptions} from './lists/thread-filters.ts';
import {type AnyPaginateOptions, threads} from './lists/threads.ts';
import type {RateLimit} from './rate-limit.ts';
import type {Resume} from './resume.ts';
import type {ItemOf} from './walk/schema.ts';
import {walkList} from './walk/walk-list.ts';

/** One response of HubSpot. */
export interface Page<T = Thread> {
	/** In HubSpot's order. May be empty: only a page without `resume` is the last. */
	readonly threads: readonly T[];
	/** Spread it into the options to continue after this page. Absent on the last page. */
	readonly resume?: Resume;
	/** HubSpot's clock when it answered, to the second. */
	readonly observedAt: Date;
	/** What the headers of this response say, if they say anything. */
	readonly rateLimit?: RateLimit;
}

/**
 * Yields HubSpot's threads page by page, each with what it takes to continue after it, for jobs that keep their
 * place. Makes no request before the first `next()`.
 *
 * ```ts
 * import {pages} from 'hubspot-threads';
 *
 * const accessToken = process.env.HUBSPOT_ACCESS_TOKEN!;
 * for await (const {threads, resume} of pages({accessToken})) {
 *   console.log(threads.length, resume);
 * }
 * ```
 *
 * @throws {TypeError} at the call, for options that HubSpot would refuse or silently ignore.
 * @throws {PaginationError} from the walk, with a `resume` to continue from; an abort rejects with `signal.reason`.
 * @see https://developers.hubspot.com/docs/api-reference/conversations-inbox-messages-v3/guide
 */
export function pages<T = Thread, Options extends AnyListOptions = AnyListOptions>(
	options: OpenPaginateOptions<Options, T>,
): AsyncGenerator<Page<ItemOf<T>>, void> {
	return walkList<AnyPaginateOptions<T>, T, Page<T>>(
		threads,
		options,
		({items, resume, observedAt, rateLimit}) => ({
			threads: items,
			observedAt,
			...(resume && {resume}),
			...(rateLimit && {rateLimit}),
		}),
	);
}
