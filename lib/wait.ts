/** The longest delay that a timer can hold; a longer one fires at once. */
export const longestTimer = 2 ** 31 - 1;

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

/** Waits until the clock reads `time` (milliseconds since 1970): timers may fire early, so it looks again. */
export async function waitUntil(time: number, signal: AbortSignal): Promise<void> {
	for (let left = time - Date.now(); left > 0; left = time - Date.now()) {
		const {promise, resolve} = Promise.withResolvers<void>();
		const timer = setTimeout(resolve, Math.min(left, longestTimer));
		try {
			await abortable(signal, () => promise);
		} finally {
			clearTimeout(timer);
		}
	}
}
