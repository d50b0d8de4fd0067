import {RateLimitError, ResponseError} from '../errors.ts';
import type {RateLimit} from '../rate-limit.ts';
import {abortable} from '../wait.ts';
import type {RetryRules} from './retry.ts';
import type {Throttle} from './throttle.ts';

/** A request that had to wait for the rate limit. */
export interface ThrottleEvent {
	/** Milliseconds that a request waited for its slot. */
	readonly delay: number;
}

export interface SlotOptions {
	readonly throttle: Throttle;
	readonly retry: Pick<RetryRules, 'maxWait'>;
	readonly onThrottle: ((event: ThrottleEvent) => void) | undefined;
}

/** Sends when the throttle gives a slot, and tells the throttle what came of it. */
export async function withSlot<T extends {readonly rateLimit: RateLimit | undefined}>(
	{throttle, retry, onThrottle}: SlotOptions,
	signal: AbortSignal,
	send: () => Promise<T>,
): Promise<T> {
	// The work that your loop does on the page before runs first: between slot and request it would make the slot
	// an old one, and two requests would arrive closer together than their slots were. Timers get their turn too.
	await new Promise(resolve => setImmediate(resolve));
	const start = Date.now();
	await abortable(signal, () => throttle.acquire({signal}));
	signal.throwIfAborted();
	const delay = Date.now() - start;
	if (delay > 0) {
		onThrottle?.({delay});
	}

	try {
		const answer = await send();
		observe(answer.rateLimit);
		return answer;
	} catch (error) {
		if (error instanceof ResponseError) {
			observe(error.rateLimit);
		}

		// A wait too long for us is not forced on the walks that share the throttle: each hears it from HubSpot.
		const wait = error instanceof RateLimitError && error.retryAt ? error.retryAt.getTime() - Date.now() : 0;
		if (wait > 0 && wait <= retry.maxWait) {
			await throttle.pause(wait);
		}

		throw error;
	}

	function observe(rateLimit: RateLimit | undefined) {
		if (rateLimit) {
			throttle.observe?.(rateLimit);
		}
	}
}
