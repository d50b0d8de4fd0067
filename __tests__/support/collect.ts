/** All that an iterable yields, and the error that it ended with. */
export async function collect<T>(items: AsyncIterable<T>): Promise<{items: T[]; error?: unknown}> {
	const collected: T[] = [];
	try {
		for await (const item of items) {
			collected.push(item);
		}
	} catch (error) {
		return {items: collected, error};
	}

	return {items: collected};
}
