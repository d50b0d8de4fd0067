import {abortable} from '../wait.ts';

/**
 * Inputs that are worked on or wait to be handed over at a time. As many requests as the highest limit of HubSpot
 * allows in 2.5 seconds, a slow answer: with fewer the limit would not be used up, and more would only be held.
 */
const mostAtOnce = 64;

/**
 * Works on many inputs at a time, and yields the results in the order of the inputs. An error comes in its place, after
 * the results before it. Inputs are taken only as there is room for them; what is under way when it ends is aborted.
 */
export async function* sideBySide<Input, Result>(
	inputs: Iterable<Input> | AsyncIterable<Input>,
	work: (input: Input, signal: AbortSignal) => Promise<Result>,
	signal: AbortSignal,
): AsyncGenerator<Result, void> {
	const stop = new AbortController();
	const working = AbortSignal.any([signal, stop.signal]);
	const iterator =
		Symbol.asyncIterator in inputs ? inputs[Symbol.asyncIterator]() : inputs[Symbol.iterator]();
	const results: Array<Promise<Result>> = [];
	let isTaking = false;
	let isOver = false;
	let wake = () => {};

	/** Nobody waits for it; how it ends is one of the results. */
	async function take() {
		isTaking = true;
		while (!isOver && results.length < mostAtOnce) {
			let result: Promise<Result> | undefined;
			try {
				const {done, value} = await abortable(working, () => iterator.next());
				isOver = done ?? false;
				result = isOver ? undefined : work(value as Input, working);
			} catch (error) {
				isOver = true;
				result = Promise.reject(error);
			}

			if (result) {
				// A consumer that stops never asks for it: without this its failure would be an unhandled rejection.
				result.catch(() => {});
				results.push(result);
			}

			wake();
		}

		isTaking = false;
	}

	try {
		for (;;) {
			if (!isTaking && !isOver) {
				void take();
			}

			const [first] = results;
			if (first) {
				const result = await first;
				results.shift();
				yield result;
			} else if (isOver) {
				return;
			} else {
				await new Promise<void>(resolve => {
					wake = resolve;
				});
			}
		}
	} finally {
		stop.abort();
		if (!isOver) {
			// Not awaited: an iterator that hangs must not keep a consumer that wants to stop.
			void (async () => iterator.return?.())().catch(() => {});
		}
	}
}
