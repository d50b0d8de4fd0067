import {abortable, longestTimer} from '../wait.ts';

/** Milliseconds of a clock that nobody sets: `Date` may be hours away from the store's, or jump. */
export const now = (): number => performance.now();

/** Waits until `now()` reads `time`: timers may fire early, so it looks again. */
export async function sleepUntil(time: number, signal: AbortSignal): Promise<void> {
	for (let left = time - now(); left > 0; left = time - now()) {
		const {promise, resolve} = Promise.withResolvers<void>();
		const timer = setTimeout(resolve, Math.min(Math.ceil(left), longestTimer));
		try {
			await abortable(signal, () => promise);
		} finally {
			clearTimeout(timer);
		}
	}
}

/** Settles as `work` does, rejects with `signal.reason`, or calls `onLate` when `now()` reads `time`. */
export async function before<T>(
	time: number,
	work: Promise<T>,
	signal: AbortSignal | undefined,
	onLate: () => T,
): Promise<T> {
	const {promise, resolve, reject} = Promise.withResolvers<T>();
	const timer = setTimeout(
		() => {
			try {
				resolve(onLate());
			} catch (error) {
				reject(error);
			}
		},
		Math.max(0, Math.ceil(time - now())),
	);
	try {
		return await abortable(signal, () => Promise.race([work, promise]));
	} finally {
		clearTimeout(timer);
	}
}
