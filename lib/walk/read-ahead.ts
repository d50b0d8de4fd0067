/**
 * Asks `source` for the next values while the consumer works on the last one. They come out in order, and so does
 * an error: after the values before it.
 */
export async function* readAhead<T>(source: AsyncGenerator<T, void>, ahead: number): AsyncGenerator<T, void> {
	const queue: Array<Promise<IteratorResult<T, void>>> = [];

	for (;;) {
		while (queue.length <= ahead) {
			// Asked again only when it has answered: with calls that always wait in the generator's own queue, pages
			// that are done with outlive the garbage collector's quick rounds, and a walk takes a sixth more CPU.
			const last = queue.at(-1);
			const result = last ? last.then(() => source.next()) : source.next();
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
