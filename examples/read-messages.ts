import {type Message, type PaginateMessagesOptions, paginateMessages, ResponseError} from 'hubspot-threads';

/**
 * The messages of several threads, read side by side, in the order of the threads. A thread that was deleted meanwhile
 * has none.
 *
 * @param connection with a throttle, which all of them share.
 */
export async function readMessages(
	connection: Omit<PaginateMessagesOptions, 'threadId' | 'schema'>,
	threadIds: readonly string[],
): Promise<ReadonlyArray<readonly Message[]>> {
	const stop = new AbortController();
	const signal = AbortSignal.any([stop.signal, ...(connection.signal ? [connection.signal] : [])]);
	const read = async (threadId: string) => {
		try {
			return await Array.fromAsync(paginateMessages({...connection, signal, threadId}));
		} catch (error) {
			if (error instanceof ResponseError && error.status === 404) {
				return [];
			}

			throw error;
		}
	};

	try {
		return await Promise.all(threadIds.map(read));
	} finally {
		// The first failure ends the others.
		stop.abort();
	}
}
