import {HubspotError} from './hubspot-error.ts';

/**
 * How many requests are answered before a 429. The defaults are those of a Professional account.
 *
 * @see https://developers.hubspot.com/docs/developer-tooling/platform/usage-guidelines
 */
export interface SandboxRateLimit {
	/** Requests per interval. Default: 190. */
	readonly limit?: number;
	/** Milliseconds, rolling. Default: 10,000. */
	readonly interval?: number;
	/** Requests per day (of UTC). Default: 625,000. */
	readonly daily?: number;
}

export interface RateLimiter {
	/** Counts a request. @throws {HubspotError} 429, with HubSpot's body for a burst or for a day. */
	count(): void;
	/** HubSpot's headers, as they stand now. */
	headers(): Readonly<Record<string, string>>;
}

/** A rolling window, counted when requests arrive; a refused one uses up the day all the same. */
export function createRateLimiter({
	limit = 190,
	interval = 10_000,
	daily = 625_000,
}: SandboxRateLimit): RateLimiter {
	const times: number[] = [];
	let day = 0;
	let used = 0;

	function recent() {
		const start = Date.now() - interval;
		while (times[0] !== undefined && times[0] <= start) {
			times.shift();
		}

		return times.length;
	}

	function usedToday() {
		const today = Math.floor(Date.now() / 86_400_000);
		if (today !== day) {
			day = today;
			used = 0;
		}

		return used;
	}

	return {
		count() {
			used = usedToday() + 1;
			if (used > daily) {
				throw new HubspotError(429, {
					message: 'You have reached your daily limit.',
					errorType: 'RATE_LIMIT',
					policyName: 'DAILY',
				});
			}

			if (recent() >= limit) {
				throw new HubspotError(429, {
					message: 'You have reached your ten_secondly_rolling limit.',
					errorType: 'RATE_LIMIT',
					policyName: 'TEN_SECONDLY_ROLLING',
				});
			}

			times.push(Date.now());
		},
		headers: () => ({
			'x-hubspot-ratelimit-max': String(limit),
			'x-hubspot-ratelimit-remaining': String(limit - recent()),
			'x-hubspot-ratelimit-interval-milliseconds': String(interval),
			'x-hubspot-ratelimit-daily': String(daily),
			'x-hubspot-ratelimit-daily-remaining': String(Math.max(0, daily - usedToday())),
		}),
	};
}
