import {asPaginationError} from '../errors.ts';
import {removeTokens} from '../request/redact.ts';
import type {Tokens} from '../request/token.ts';
import type {Resume} from '../resume.ts';

const stopped = Symbol('stopped');

/**
 * A generator answers `return()` only after a pending `next()`: it could not be stopped while a request hangs.
 * This one aborts its work first, and the pending `next()` is done (see `endQuietly`).
 */
export function stoppable<T>(
	userSignal: AbortSignal | undefined,
	start: (signal: AbortSignal) => AsyncGenerator<T, void>,
): AsyncGenerator<T, void> {
	const stop = new AbortController();
	const generator = userSignal ? followed(userSignal, stop, start) : start(stop.signal);
	const {return: finish, throw: fail} = generator;

	return Object.assign(generator, {
		return(value: void | PromiseLike<void>) {
			stop.abort(stopped);
			return finish.call(generator, value);
		},
		throw(error: unknown) {
			stop.abort(stopped);
			return fail.call(generator, error);
		},
		// Node 22 has none on its generators.
		async [Symbol.asyncDispose]() {
			await generator.return();
		},
	});
}

/** Not `AbortSignal.any()`, which refuses a signal of another realm. The listener goes when the work ends. */
async function* followed<T>(
	userSignal: AbortSignal,
	stop: AbortController,
	start: (signal: AbortSignal) => AsyncGenerator<T, void>,
): AsyncGenerator<T, void> {
	const onAbort = () => stop.abort(userSignal.reason);
	if (userSignal.aborted) {
		onAbort();
	} else {
		userSignal.addEventListener('abort', onAbort, {once: true});
	}

	try {
		yield* start(stop.signal);
	} finally {
		userSignal.removeEventListener('abort', onAbort);
	}
}

/**
 * For a `catch`: lets a generator end that was stopped by `return()` or `throw()`, and throws everything else, without
 * a token in it.
 */
export function endQuietly(error: unknown, tokens: Tokens): void {
	if (error !== stopped) {
		removeTokens(error, tokens.keys());
		throw error;
	}
}

/** `endQuietly()` for a job that can be resumed: a failure gets the `resume`, and an abort is thrown as it is. */
export function endResumably(error: unknown, resume: Resume, signal: AbortSignal, tokens: Tokens): void {
	endQuietly(signal.aborted ? signal.reason : Object.assign(asPaginationError(error, 0), {resume}), tokens);
}
