import type {PaginateOptions} from './options.ts';
import {handOver, type Page, parseOptions} from './pages.ts';
import {endQuietly, stoppable} from './stoppable.ts';
import type {Thread} from './thread.ts';

/**
 * Yields every HubSpot conversation thread that the options select, one at a time, in HubSpot's order. Makes no
 * request before the first `next()`, and stops at once on `break`, `return()` or an abort.
 *
 * ```ts
 * for await (const thread of paginate({accessToken, inboxId: 481939})) {
 *   console.log(thread.id, thread.status);
 * }
 * ```
 *
 * @throws {TypeError} at the call, for options that HubSpot would refuse or silently ignore.
 * @throws {PaginationError} from the walk, with a `resume` to go on from; an abort rejects with `signal.reason`.
 * @see https://developers.hubspot.com/docs/api-reference/conversations-inbox-messages-v3/guide
 */
export function paginate<T = Thread>(options: PaginateOptions<T>): AsyncGenerator<T, void> {
	const {ahead, ...parsed} = parseOptions(options);
	return stoppable(options.signal, signal => flatten(handOver(parsed, ahead, signal), signal));
}

async function* flatten<T>(
	pages: AsyncGenerator<Page<T>, void>,
	signal: AbortSignal,
): AsyncGenerator<T, void> {
	try {
		for await (const {threads} of pages) {
			for (const thread of threads) {
				signal.throwIfAborted();
				yield thread;
			}
		}

		signal.throwIfAborted();
	} catch (error) {
		endQuietly(error);
	}
}
