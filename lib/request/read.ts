import {asPaginationError} from '../errors.ts';
import type {RateLimit} from '../rate-limit.ts';
import {now} from '../wait.ts';
import type {Connection} from './connection.ts';
import {tell} from './hook.ts';
import {withRetry} from './retry.ts';
import {createSend, type Query} from './send.ts';
import {withSlot} from './slot.ts';
import {withToken} from './token.ts';

export interface Answered {
	/** HubSpot's clock. */
	readonly observedAt: Date;
	readonly rateLimit: RateLimit | undefined;
	/** Requests that it took. */
	readonly attempts: number;
	/** Of these, the ones that had to be made again. */
	readonly retries: number;
	/** Milliseconds from when the last of them had its slot until its answer was read. */
	readonly took: number;
}

export type Read = <T extends object>(
	query: Query,
	parse: (body: string, accessToken: string) => T,
	signal: AbortSignal,
) => Promise<T & Answered>;

/**
 * The layers round one request, outermost first. Retry is outside the throttle, so that each attempt takes a slot;
 * the token is outside it too, so that nothing stands between the slot and the request.
 */
export function createRead(connection: Connection): Read {
	const send = createSend(connection);

	return async (query, parse, signal) => {
		let attempts = 0;
		try {
			return await withRetry(connection, signal, () =>
				withToken(connection, signal, accessToken =>
					withHookHeard(connection, signal, slotOptions =>
						withSlot(slotOptions, signal, async () => {
							attempts++;
							const sent = now();
							const {body, ...meta} = await send(query, accessToken, signal);
							return {
								...parse(body, accessToken),
								...meta,
								took: now() - sent,
								attempts,
								retries: attempts - 1,
							};
						}),
					),
				),
			);
		} catch (error) {
			signal.throwIfAborted();
			throw asPaginationError(error, attempts);
		}
	};
}

/** Waits for `onThrottle` when the answer is there: before the request, it would make the slot an old one. */
async function withHookHeard<T>(
	connection: Connection,
	signal: AbortSignal,
	request: (slotOptions: Connection) => Promise<T>,
): Promise<T> {
	const {onThrottle} = connection;
	if (!onThrottle) {
		return request(connection);
	}

	let told: Promise<void> | undefined;
	try {
		return await request({
			...connection,
			onThrottle(event) {
				told = tell('onThrottle', onThrottle, event, signal);
				// It may fail while the request is on its way.
				told.catch(() => {});
			},
		});
	} finally {
		await told;
	}
}
