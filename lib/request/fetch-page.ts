import {PaginationError} from '../errors.ts';
import type {RateLimit} from '../rate-limit.ts';
import type {Connection} from './connection.ts';
import {type Envelope, parsePage} from './page.ts';
import {withRetry} from './retry.ts';
import {createRequest, type Query} from './send.ts';
import {withSlot} from './slot.ts';
import {withToken} from './token.ts';

export interface FetchedPage<Item> extends Envelope<Item> {
	readonly observedAt: Date;
	readonly rateLimit: RateLimit | undefined;
	/** Requests that it took. */
	readonly attempts: number;
}

export type FetchPage<Item> = (query: Query, signal: AbortSignal) => Promise<FetchedPage<Item>>;

/**
 * The layers round one page request, outermost first. Retry is outside the throttle, so that each attempt takes a
 * slot; the token is outside it too, so that nothing stands between the slot and the request.
 */
export function createFetchPage<Item>(connection: Connection): FetchPage<Item> {
	const send = createRequest(connection);

	return async (query, signal) => {
		let attempts = 0;
		try {
			return await withRetry(connection, signal, () =>
				withToken(connection.accessToken, signal, accessToken =>
					withSlot(connection, signal, async () => {
						attempts++;
						const {body, ...meta} = await send(query, accessToken, signal);
						return {...parsePage<Item>(body, accessToken), ...meta, attempts};
					}),
				),
			);
		} catch (error) {
			signal.throwIfAborted();
			throw asPaginationError(error, attempts);
		}
	};
}

/**
 * What a callback, a throttle or a schema of the user throws ends the walk, which can still be resumed.
 *
 * @param attempts requests that were made for the page; an error that knows them already keeps its own.
 */
export function asPaginationError(error: unknown, attempts: number): PaginationError {
	const failure =
		error instanceof PaginationError
			? error
			: new PaginationError(`The walk failed: ${error instanceof Error ? error.message : String(error)}`, {
					cause: error,
				});
	failure.attempts ||= attempts;
	return failure;
}
