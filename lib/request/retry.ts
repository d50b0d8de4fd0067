import pRetry from 'p-retry';
import {type PaginationError, RateLimitError, RequestError, ResponseError} from '../errors.ts';
import {optionalBoolean, refuse, refuseUnknown, wholeNumber} from '../rules.ts';
import {longestTimer, waitUntil} from '../wait.ts';
import {tell} from './hook.ts';
import {removeTokens} from './redact.ts';
import type {Tokens} from './token.ts';

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
const passing = new Set([408, 423, 429, 477]);

/**
 * Not implemented, a version, a negotiation or an extension that is not supported, a loop, a network to log in to: they
 * say the same the next time. Every other 5xx can pass, and one that nobody has defined counts as a 500 (RFC 9110).
 */
const lasting = new Set([501, 505, 506, 508, 510, 511]);

/** HubSpot: a locked resource should be asked for again after two seconds at the earliest. */
const lockedWait = 2000;

export interface Retrying {
	readonly retry: RetryRules;
	readonly onRetry: ((event: RetryEvent) => unknown) | undefined;
	readonly tokens: Tokens;
}

/** Repeats what can succeed the second time, after p-retry's delay or the wait that HubSpot asks for if it is longer. */
export function withRetry<T>(
	{retry, onRetry, tokens}: Retrying,
	signal: AbortSignal,
	attempt: () => Promise<T>,
): Promise<T> {
	const {retries, factor, minTimeout, maxTimeout, randomize, maxWait} = retry;
	let asked = 0;
	return pRetry(attempt, {
		retries,
		factor,
		minTimeout,
		maxTimeout,
		randomize,
		signal,
		shouldConsumeRetry({error, retryDelay}) {
			asked = askedFor(error);
			// To p-retry, a retry that HubSpot dates later is free and without delay; it is counted below.
			return asked <= Math.max(retryDelay, leastWait(error));
		},
		async shouldRetry({error, attemptNumber, retryDelay}) {
			if (!isRetriable(error) || attemptNumber > retries || asked > maxWait) {
				return false;
			}

			const delay = Math.max(asked, retryDelay, leastWait(error));
			const until = Date.now() + delay - retryDelay;
			removeTokens(error, tokens.keys());
			const event = {error: error as PaginationError, attempt: attemptNumber, delay};
			await tell('onRetry', onRetry, event, signal);
			await waitUntil(until, signal);
			return true;
		},
	});
}

function isRetriable(error: Error): boolean {
	if (error instanceof RateLimitError && error.policyName === 'DAILY') {
		return false;
	}

	return error instanceof RequestError || (error instanceof ResponseError && canPass(error.status));
}

function canPass(status: number): boolean {
	return passing.has(status) || (status >= 500 && !lasting.has(status));
}

/** Milliseconds from now; 0 if HubSpot does not say. */
function askedFor(error: Error): number {
	const retryAt = error instanceof ResponseError ? error.retryAt : undefined;
	return retryAt === undefined ? 0 : retryAt.getTime() - Date.now();
}

function leastWait(error: Error): number {
	return error instanceof ResponseError && error.status === 423 ? lockedWait : 0;
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

	optionalBoolean('retry.randomize', randomize);
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
