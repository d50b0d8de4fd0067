/** The longest delay that a timer can hold; a longer one fires at once. */
export const longestTimer = 2 ** 31 - 1;

/** Timers may fire so many milliseconds early. */
const early = 2;

/** Settles as `work` does, or rejects with `signal.reason` at once, whether or not `work` looks at the signal. */
export async function abortable<T>(signal: AbortSignal | undefined, work: () => Promise<T> | T): Promise<T> {
	if (!signal) {
		return work();
	}

	signal.throwIfAborted();
	const aborted = Promise.withResolvers<never>();
	const onAbort = () => aborted.reject(signal.reason);
	signal.addEventListener('abort', onAbort, {once: true});
	try {
		return await Promise.race([work(), aborted.promise]);
	} finally {
		signal.removeEventListener('abort', onAbort);
	}
}

/** Milliseconds on a clock that nobody sets. Whole, so that sums are exact. */
export function now(): number {
	return Math.round(performance.now());
}

/**
 * Waits until one of three says that the time is over: the monotonic clock, `Date` if it reads `date`, or the timers
 * that were waited for. In a test any of them may stand still, and a machine that sleeps stops all but `Date`.
 */
export async function wait(
	milliseconds: number,
	signal: AbortSignal | undefined,
	date = Number.POSITIVE_INFINITY,
): Promise<void> {
	const end = performance.now() + milliseconds;
	let ofTimers = milliseconds + early;
	let left = milliseconds;
	// A hundredth, because sums of fractions are not exact.
	while (left > 0.01) {
		const {promise, resolve} = Promise.withResolvers<void>();
		const delay = Math.min(Math.ceil(left), longestTimer);
		const timer = setTimeout(resolve, delay);
		try {
			await abortable(signal, () => promise);
		} finally {
			clearTimeout(timer);
		}

		ofTimers -= delay;
		left = Math.min(end - performance.now(), date - Date.now(), ofTimers);
	}
}

/** Waits until `Date` reads `date` (milliseconds since 1970), and no longer than that is away now. */
export function waitUntil(date: number, signal: AbortSignal | undefined): Promise<void> {
	return wait(date - Date.now(), signal, date);
}
