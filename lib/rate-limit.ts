/**
 * What HubSpot says about its limits with every response; each is present only if its header was.
 *
 * @see https://developers.hubspot.com/docs/developer-tooling/platform/usage-guidelines
 */
export interface RateLimit {
	/** Requests per `interval`. */
	readonly limit?: number;
	/** Requests left in the current interval. */
	readonly remaining?: number;
	/** Milliseconds; HubSpot's window is a rolling one. */
	readonly interval?: number;
	/** Requests per day, over the whole account. */
	readonly dailyLimit?: number;
	/** Requests left of the day. HubSpot leaves out both daily ones for OAuth. */
	readonly dailyRemaining?: number;
}

const headerOf: Readonly<Record<keyof RateLimit, string>> = {
	limit: 'x-hubspot-ratelimit-max',
	remaining: 'x-hubspot-ratelimit-remaining',
	interval: 'x-hubspot-ratelimit-interval-milliseconds',
	dailyLimit: 'x-hubspot-ratelimit-daily',
	dailyRemaining: 'x-hubspot-ratelimit-daily-remaining',
};

/** `undefined` if HubSpot said nothing: absent means unknown, never zero. */
export function parseRateLimit(headers: Headers): RateLimit | undefined {
	const found = Object.entries(headerOf)
		.map(([key, header]) => [key, headers.get(header)] as const)
		.filter(([, value]) => value !== null && /^\d+$/.test(value))
		.map(([key, value]) => [key, Number(value)]);

	return found.length > 0 ? Object.fromEntries(found) : undefined;
}
