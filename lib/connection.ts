import type {AccessToken, ConnectionOptions, RetryOptions} from './options.ts';
import {oneOf, optionalFunction, refuse, refuseUnknown, wholeNumber} from './rules.ts';
import {createThrottle, defaultRate, type Throttle} from './throttle.ts';
import {isToken} from './token.ts';
import {longestTimer} from './wait.ts';

/** What a request needs, checked and with its defaults. */
export interface Connection {
	readonly url: URL;
	readonly accessToken: AccessToken;
	readonly fetch: (request: Request) => Promise<Response>;
	readonly timeout: number;
	readonly throttle: Throttle;
	/** Milliseconds to wait after a 429 that does not say how long. */
	readonly interval: number;
	readonly retry: RetryRules;
	readonly onRetry: ConnectionOptions['onRetry'];
	readonly onThrottle: ConnectionOptions['onThrottle'];
}

export type RetryRules = {readonly [Name in keyof RetryOptions]-?: NonNullable<RetryOptions[Name]>};

export const connectionOptions = [
	'accessToken',
	'throttle',
	'retry',
	'timeout',
	'signal',
	'fetch',
	'baseUrl',
	'apiVersion',
	'onRetry',
	'onThrottle',
] as const satisfies ReadonlyArray<keyof ConnectionOptions>;

const paths = {
	v3: 'conversations/v3/conversations/threads',
	'2026-09': 'conversations/conversations/2026-09/threads',
};

/** @throws {TypeError} that names the option and the rule. */
export function parseConnection(options: ConnectionOptions): Connection {
	const {accessToken, apiVersion = 'v3', baseUrl = 'https://api.hubapi.com', signal} = options;
	if (typeof accessToken !== 'function' && !isToken(accessToken)) {
		refuse('accessToken', 'must be a token without spaces or line breaks, or a function that gives one');
	}

	if (signal !== undefined && !(signal instanceof AbortSignal)) {
		refuse('signal', 'must be an AbortSignal');
	}

	for (const name of ['fetch', 'onRetry', 'onThrottle'] as const) {
		optionalFunction(name, options[name]);
	}

	return {
		url: new URL(paths[oneOf('apiVersion', apiVersion, ['v3', '2026-09'])], parseBaseUrl(baseUrl)),
		accessToken,
		fetch: options.fetch ?? globalThis.fetch,
		timeout: wholeNumber('timeout', options.timeout, 30_000, 1, longestTimer),
		...parseThrottle(options.throttle),
		retry: parseRetry(options.retry),
		onRetry: options.onRetry,
		onThrottle: options.onThrottle,
	};
}

function parseBaseUrl(baseUrl: string): URL {
	const url = URL.parse(String(baseUrl).replace(/\/?$/, '/'));
	if (url === null) {
		refuse('baseUrl', 'must be a URL, such as https://api.hubapi.com');
	}

	const isLoopback = /^(?:127(?:\.\d+){3}|\[::1\]|(?:.+\.)?localhost)$/.test(url.hostname);
	if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback)) {
		refuse(
			'baseUrl',
			'must begin with https: (http: only for this machine), or the token could be read on its way',
		);
	}

	if (url.username || url.password || url.search || url.hash) {
		refuse('baseUrl', 'must not hold a user, a password, a query or a fragment');
	}

	return url;
}

function parseThrottle(
	throttle: ConnectionOptions['throttle'] = {},
): Pick<Connection, 'throttle' | 'interval'> {
	if (typeof throttle !== 'object' || throttle === null) {
		refuse('throttle', 'must be {limit, interval} or a Throttle');
	}

	if ('acquire' in throttle) {
		for (const name of ['acquire', 'pause'] as const) {
			if (typeof throttle[name] !== 'function') {
				refuse(`throttle.${name}`, 'must be a function');
			}
		}

		return {throttle, interval: defaultRate.interval};
	}

	refuseUnknown(throttle, new Set(['limit', 'interval']));
	return {throttle: createThrottle(throttle), interval: throttle.interval ?? defaultRate.interval};
}

function parseRetry(retry: RetryOptions = {}): RetryRules {
	refuseUnknown(retry, new Set(['retries', 'factor', 'minTimeout', 'maxTimeout', 'randomize', 'maxWait']));
	const {factor = 2, randomize = true} = retry;
	if (!(Number.isFinite(factor) && factor > 0)) {
		refuse('retry.factor', 'must be a number above 0');
	}

	if (typeof randomize !== 'boolean') {
		refuse('retry.randomize', 'must be true or false');
	}

	return {
		retries: wholeNumber('retry.retries', retry.retries, 5, 0),
		factor,
		minTimeout: wholeNumber('retry.minTimeout', retry.minTimeout, 500, 0, longestTimer),
		maxTimeout: wholeNumber('retry.maxTimeout', retry.maxTimeout, 30_000, 0),
		randomize,
		maxWait: wholeNumber('retry.maxWait', retry.maxWait, 120_000, 0),
	};
}
