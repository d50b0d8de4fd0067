import type {Connection} from '../request/connection.ts';
import type {Tokens} from '../request/token.ts';
import {sideBySide} from '../walk/side-by-side.ts';
import {endResumably, stoppable} from '../walk/stoppable.ts';

/** What one request, or a few that belong together, found. */
export interface Found<Result> {
	readonly results: readonly Result[];
	/** How many of the ids that were given it answers. */
	readonly ids: number;
}

/**
 * Reads several inputs at a time and yields what is found, in the order of the inputs.
 *
 * @param done ids that an earlier call has answered already.
 * @throws {PaginationError} whose `resume` says how many of the ids have been answered.
 */
export function readInOrder<Input, Result>(
	inputs: AsyncIterable<Input>,
	read: (input: Input, signal: AbortSignal) => Promise<Found<Result>>,
	done: number,
	{signal, tokens}: Pick<Connection, 'signal' | 'tokens'>,
): AsyncGenerator<Result, void> {
	return stoppable(signal, signal => handOver(inputs, read, done, tokens, signal));
}

async function* handOver<Input, Result>(
	inputs: AsyncIterable<Input>,
	read: (input: Input, signal: AbortSignal) => Promise<Found<Result>>,
	done: number,
	tokens: Tokens,
	signal: AbortSignal,
): AsyncGenerator<Result, void> {
	let skip = done;
	try {
		for await (const {results, ids} of sideBySide(inputs, read, signal)) {
			for (const result of results) {
				signal.throwIfAborted();
				yield result;
			}

			skip += ids;
		}

		signal.throwIfAborted();
	} catch (error) {
		endResumably(error, {skip}, signal, tokens);
	}
}
