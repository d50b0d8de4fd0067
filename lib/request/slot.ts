import {PaginationError, RateLimitError, RequestError, ResponseError} from '../errors.ts';
import type {RateLimit} from '../rate-limit.ts';
import {abortable, now} from '../wait.ts';
import type {DailyReserve} from './daily-reserve.ts';
import type {RetryRules} from './retry.ts';
import type {SlotEvents, Throttle} from './throttle.ts';

/** A request that had to wait for the rate limit. */
export interface ThrottleEvent {
	/** Milliseconds that a request waited for its slot; less than 5 are not told. */
	readonly delay: number;
}

/** Milliseconds: less than that passes between two lines of code, too. */
const shortestWait = 5;

export interface SlotOptions {
	readonly throttle: Throttle;
	readonly dailyReserve: DailyReserve;
	readonly retry: Pick<RetryRules, 'maxWait'>;
	readonly onThrottle: ((event: ThrottleEvent) => void) | undefined;
}

/**
 * Sends when the throttle gives a slot, and tells the throttle what came of it.
 *
 * @throws {DailyReserveError} if an answer before said that only the reserve of the day is left.
 * @throws {RequestError} if the throttle fails: a store may be back at the next attempt.
 */
export async function withSlot<T extends {readonly rateLimit: RateLimit | undefined}>(
	{throttle, dailyReserve, retry, onThrottle}: SlotOptions,
	signal: AbortSignal,
	send: () => Promise<T>,
): Promise<T> {
	dailyReserve.check();
	const start = now();
	let isSent = false;

	async function sendNow({left, answered}: SlotEvents): Promise<T> {
		// A user's throttle may give a slot to one that was aborted.
		signal.throwIfAborted();
		isSent = true;
		const delay = now() - start;
		if (delay >= shortestWait) {
			onThrottle?.({delay});
		}

		const turn = Promise.withResolvers<void>();
		const timer = setTimeout(() => {
			left();
			turn.resolve();
		});
		const hear = (rateLimit: RateLimit | undefined) => {
			dailyReserve.observe(rateLimit);
			answered(rateLimit);
		};
		try {
			const answer = await send();
			hear(answer.rateLimit);
			// Timers get their turn between pages that come without I/O: one of them may be the abort.
			await turn.promise;
			return answer;
		} catch (error) {
			clearTimeout(timer);
			if (error instanceof ResponseError) {
				hear(error.rateLimit);
			}

			throw error;
		}
	}

	try {
		return await abortable(signal, () => run(throttle, sendNow, signal));
	} catch (error) {
		signal.throwIfAborted();
		// A wait too long for us is not forced on the walks that share the throttle: each hears it from HubSpot.
		const pause = error instanceof RateLimitError && error.retryAt ? error.retryAt.getTime() - Date.now() : 0;
		if (pause > 0 && pause <= retry.maxWait) {
			tell(() => throttle.pause(pause));
		}

		throw isSent || error instanceof PaginationError
			? error
			: new RequestError(
					`The throttle gave no slot: ${error instanceof Error ? error.message : String(error)}`,
					{
						cause: error,
					},
				);
	}
}

/** For a throttle that knows no end of a slot. */
async function run<T>(
	throttle: Throttle,
	send: (slot: SlotEvents) => Promise<T>,
	signal: AbortSignal,
): Promise<T> {
	if (throttle.run) {
		return throttle.run(send, {signal});
	}

	await throttle.acquire({signal});
	return send({
		left() {},
		answered(rateLimit) {
			if (rateLimit) {
				tell(() => throttle.observe?.(rateLimit));
			}
		},
	});
}

/** Neither waited for nor believed to be right: a hook of the user can fail or hang without harm to the walk. */
function tell(hook: () => unknown): void {
	(async () => hook())().catch(() => {});
}
