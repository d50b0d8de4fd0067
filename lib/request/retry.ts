import pRetry from 'p-retry';
import {type PaginationError, RateLimitError, RequestError, ResponseError} from '../errors.ts';
import {refuse, refuseUnknown, wholeNumber} from '../rules.ts';
import {longestTimer, waitUntil} from '../wait.ts';

/**
 * p-retry's options, and how long HubSpot may ask us to wait.
 *
 * @see https://github.com/sindresorhus/p-retry
 */
export interface RetryOptions {
	/** Retries after the first attempt, for each page. Default: 5. */
	readonly retries?: number | undefined;
	/** What each delay is multiplied by for the next. Default: 2. */
	readonly factor?: number | undefined;
	/** Milliseconds before the first retry. Default: 500. */
	readonly minTimeout?: number | undefined;
	/** Milliseconds at most before a retry. Default: 30,000. */
	readonly maxTimeout?: number | undefined;
	/** Multiply each delay by a random factor from 1 to 2. Default: true. */
	readonly randomize?: boolean | undefined;
	/** Milliseconds: a longer wait that HubSpot asks for fails at once, with `retryAt`. Default: 120,000. */
	readonly maxWait?: number | undefined;
}

/** A request that failed, and will be made again. */
export interface RetryEvent {
	/** What it failed with. */
	readonly error: PaginationError;
	/** The attempt that failed; 1 is the first. */
	readonly attempt: number;
	/** Milliseconds until the next one. */
	readonly delay: number;
}

export type RetryRules = {readonly [Name in keyof RetryOptions]-?: NonNullable<RetryOptions[Name]>};

/** @see https://developers.hubspot.com/docs/api-reference/error-handling */
const retriable = new Set([408, 423, 429, 477, 500, 502, 503, 504, 520, 521, 522, 523, 524]);

/** HubSpot: a locked resource should be asked for again after two seconds at the earliest. */
const lockedWait = 2000;

/** Repeats what can succeed the second time, after p-retry's delay or exactly the wait that HubSpot asks for. */
export function withRetry<T>(
	{retry, onRetry}: {readonly retry: RetryRules; readonly onRetry: ((event: RetryEvent) => void) | undefined},
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

const optionNames = {
	retries: true,
	factor: true,
	minTimeout: true,
	maxTimeout: true,
	randomize: true,
	maxWait: true,
} as const satisfies Record<keyof RetryOptions, true>;

/** @throws {TypeError} that names the option and the rule. */
export function parseRetry(retry: RetryOptions = {}): RetryRules {
	if (typeof retry !== 'object' || retry === null) {
		refuse('retry', 'must be an object, such as {retries: 5}');
	}

	refuseUnknown(retry, optionNames);
	const {factor = 2, randomize = true} = retry;
	if (!(Number.isFinite(factor) && factor > 0)) {
		refuse('retry.factor', 'must be a number above 0');
	}

	if (typeof randomize !== 'boolean') {
		refuse('retry.randomize', 'must be true or false');
	}

	// Given alone, each of the two moves the other's default out of its way.
	const minTimeout = wholeNumber('retry.minTimeout', retry.minTimeout, 500, 0, longestTimer);
	const maxTimeout = wholeNumber('retry.maxTimeout', retry.maxTimeout, Math.max(30_000, minTimeout), 0);
	if (minTimeout > maxTimeout && retry.minTimeout !== undefined) {
		refuse('retry.minTimeout', 'must not be above `retry.maxTimeout`');
	}

	return {
		retries: wholeNumber('retry.retries', retry.retries, 5, 0),
		factor,
		minTimeout: Math.min(minTimeout, maxTimeout),
		maxTimeout: Math.min(maxTimeout, longestTimer),
		randomize,
		maxWait: wholeNumber('retry.maxWait', retry.maxWait, 120_000, 0),
	};
}
