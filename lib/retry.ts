import pRetry from 'p-retry';
import type {Connection} from './connection.ts';
import {type PaginationError, RateLimitError, RequestError, ResponseError} from './errors.ts';
import {waitUntil} from './wait.ts';

/** @see https://developers.hubspot.com/docs/api-reference/error-handling */
const retriable = new Set([408, 423, 429, 477, 500, 502, 503, 504, 520, 521, 522, 523, 524]);

/** HubSpot: a locked resource should be asked for again after two seconds at the earliest. */
const lockedWait = 2000;

/** Repeats what can succeed the second time, after p-retry's delay or exactly the wait that HubSpot asks for. */
export function withRetry<T>(
	{retry, onRetry}: Pick<Connection, 'retry' | 'onRetry'>,
	signal: AbortSignal,
	attempt: () => Promise<T>,
): Promise<T> {
	const {retries, factor, minTimeout, maxTimeout, randomize, maxWait} = retry;
	return pRetry(attempt, {
		retries,
		factor,
		minTimeout,
		maxTimeout,
		randomize,
		signal,
		// To p-retry, a retry that HubSpot dates itself is free and without delay; it is counted below.
		shouldConsumeRetry: ({error}) => askedFor(error) === undefined,
		async shouldRetry({error, attemptNumber, retryDelay}) {
			const retryAt = askedFor(error);
			const floor = error instanceof ResponseError && error.status === 423 ? lockedWait : 0;
			const delay = retryAt === undefined ? Math.max(retryDelay, floor) : Math.max(0, retryAt - Date.now());
			if (!isRetriable(error) || attemptNumber > retries || (retryAt !== undefined && delay > maxWait)) {
				return false;
			}

			onRetry?.({error: error as PaginationError, attempt: attemptNumber, delay});
			await waitUntil(retryAt ?? Date.now() + delay - retryDelay, signal);
			return true;
		},
	});
}

function isRetriable(error: Error): boolean {
	if (error instanceof RateLimitError && error.policyName === 'DAILY') {
		return false;
	}

	return error instanceof RequestError || (error instanceof ResponseError && retriable.has(error.status));
}

function askedFor(error: Error): number | undefined {
	return error instanceof ResponseError ? error.retryAt?.getTime() : undefined;
}
