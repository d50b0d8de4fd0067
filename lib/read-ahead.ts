/**
 * Asks `source` for the next values while the consumer works on the last one. They come out in order, and so does
 * an error: after the values before it. A generator answers one `next()` after another, so the queue of promises is
 * all that is needed.
 */
export async function* readAhead<T>(source: AsyncGenerator<T, void>, ahead: number): AsyncGenerator<T, void> {
	const queue: Array<Promise<IteratorResult<T, void>>> = [];

	for (;;) {
		while (queue.length <= ahead) {
			const result = source.next();
			// A consumer that stops never asks for it: without this its failure would be an unhandled rejection.
			result.catch(() => {});
			queue.push(result);
		}

		const {done, value} = (await queue.shift()) as IteratorResult<T, void>;
		if (done) {
			return;
		}

		yield value as T;
	}
}
