import {oneOf, optionalFunction, refuse, wholeNumber} from '../rules.ts';
import {longestTimer} from '../wait.ts';
import {parseBaseUrl} from './base-url.ts';
import {createDailyReserve, type DailyReserve, parseDailyReserve} from './daily-reserve.ts';
import {parseRetry, type RetryEvent, type RetryOptions, type RetryRules} from './retry.ts';
import type {ThrottleEvent} from './slot.ts';
import {createThrottle, defaultInterval, type Throttle, type ThrottleOptions} from './throttle.ts';
import {type AccessToken, isToken, type Tokens} from './token.ts';

/** How to reach HubSpot, and how hard to try. */
export interface ConnectionOptions {
	/** Of a private app, a service key or an OAuth app, with the scope `conversations.read`. Never in an error. */
	readonly accessToken: AccessToken;
	/** Shared with other walks if it is a `Throttle`. Default: 100 per 10,000 ms, raised or lowered to what HubSpot's headers say unless a `limit` is given. */
	readonly throttle?: ThrottleOptions | Throttle | undefined;
	/** How often a failed request is made again, and after how long. Default: 5 times, after 500 ms or more. */
	readonly retry?: RetryOptions | undefined;
	/** Milliseconds for each attempt, body included. Default: 30,000. */
	readonly timeout?: number | undefined;
	/** Stops the walk at once; it then rejects with `signal.reason`. */
	readonly signal?: AbortSignal | undefined;
	/** Called with one `Request` for each attempt. Default: the global `fetch`. */
	readonly fetch?: ((request: Request) => Promise<Response>) | undefined;
	/**
	 * Where HubSpot is; plain http is refused except to this machine. In a browser it may be a path of the page's own
	 * origin, such as `/hubspot`, where a server of yours adds the token. Default: `https://api.hubapi.com`.
	 */
	readonly baseUrl?: string | undefined;
	/**
	 * Hosts that `baseUrl` may reach by plain http, such as a mock in a docker network: `['hubspot-mock']`. Whoever is
	 * on the way can read the token. Default: none.
	 */
	readonly insecureHosts?: readonly string[] | undefined;
	/** Which of HubSpot's two paths to the same list. Default: `v3`, supported until September 2027. */
	readonly apiVersion?: 'v3' | '2026-09' | undefined;
	/** Called before each retry's wait, and waited for. What it throws or rejects with ends the walk, which can be resumed. */
	readonly onRetry?: ((event: RetryEvent) => unknown) | undefined;
	/** Called after a request has waited for the throttle, and waited for when its answer is there. What it throws or rejects with ends the walk, which can be resumed. */
	readonly onThrottle?: ((event: ThrottleEvent) => void) | undefined;
}

/** What a request needs, checked and with its defaults. */
export interface Connection {
	/** What every path begins with. */
	readonly root: URL;
	readonly signal: AbortSignal | undefined;
	readonly accessToken: AccessToken;
	readonly tokens: Tokens;
	readonly fetch: (request: Request) => Promise<Response>;
	readonly timeout: number;
	readonly throttle: Throttle;
	readonly dailyReserve: DailyReserve;
	/** Milliseconds to wait after a 429 that does not say how long. */
	readonly interval: number;
	readonly retry: RetryRules;
	readonly onRetry: ConnectionOptions['onRetry'];
	readonly onThrottle: ConnectionOptions['onThrottle'];
}

export const connectionOptions = {
	accessToken: true,
	throttle: true,
	retry: true,
	timeout: true,
	signal: true,
	fetch: true,
	baseUrl: true,
	insecureHosts: true,
	apiVersion: true,
	onRetry: true,
	onThrottle: true,
} as const satisfies Record<keyof ConnectionOptions, true>;

const roots = {
	v3: 'conversations/v3/conversations/',
	'2026-09': 'conversations/conversations/2026-09/',
};

/** @throws {TypeError} that names the option and the rule. */
export function parseConnection(options: ConnectionOptions): Connection {
	const {accessToken, apiVersion = 'v3', baseUrl = 'https://api.hubapi.com', signal} = options;
	if (typeof accessToken !== 'function' && !isToken(accessToken)) {
		refuse('accessToken', 'must be a token without spaces or line breaks, or a function that gives one');
	}

	if (signal !== undefined && !isSignal(signal)) {
		refuse('signal', 'must be an AbortSignal');
	}

	for (const name of ['fetch', 'onRetry', 'onThrottle'] as const) {
		optionalFunction(name, options[name]);
	}

	return {
		root: new URL(
			roots[oneOf('apiVersion', apiVersion, ['v3', '2026-09'])],
			parseBaseUrl(baseUrl, options.insecureHosts),
		),
		signal,
		accessToken,
		tokens: new Map(),
		fetch: options.fetch ?? globalThis.fetch,
		timeout: wholeNumber('timeout', options.timeout, 30_000, 1, longestTimer),
		...parseThrottle(options.throttle),
		retry: parseRetry(options.retry),
		onRetry: options.onRetry,
		onThrottle: options.onThrottle,
	};
}

/** Not `instanceof`: a signal may come from another realm, such as the one that Next gives a request. */
function isSignal(signal: unknown): boolean {
	const {aborted, addEventListener, removeEventListener} = Object(signal) as Partial<AbortSignal>;
	return (
		typeof aborted === 'boolean' &&
		typeof addEventListener === 'function' &&
		typeof removeEventListener === 'function'
	);
}

function parseThrottle(
	throttle: ConnectionOptions['throttle'] = {},
): Pick<Connection, 'throttle' | 'dailyReserve' | 'interval'> {
	if (typeof throttle !== 'object' || throttle === null) {
		refuse('throttle', 'must be {limit, interval, dailyReserve} or a Throttle');
	}

	const isThrottle = 'acquire' in throttle;
	if (isThrottle) {
		for (const name of ['acquire', 'pause'] as const) {
			if (typeof throttle[name] !== 'function') {
				refuse(`throttle.${name}`, 'must be a function');
			}
		}

		optionalFunction('throttle.observe', throttle.observe);
		optionalFunction('throttle.run', throttle.run);
	}

	const own = isThrottle ? throttle : createThrottle(throttle);
	const {interval, dailyReserve} = own;
	return {
		throttle: own,
		dailyReserve: createDailyReserve(parseDailyReserve(dailyReserve)),
		interval: wholeNumber('throttle.interval', interval, defaultInterval, 1),
	};
}
