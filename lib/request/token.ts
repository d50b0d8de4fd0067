import {PaginationError, ResponseError} from '../errors.ts';
import {abortable} from '../wait.ts';
import {redactError} from './redact.ts';

/**
 * A token, or a function that gives one. The function is asked before every attempt, so keep the token until it
 * expires; after a 401 it is asked once more, with `refresh: true`, and the attempt is repeated once.
 */
export type AccessToken =
	| string
	| ((request: {readonly refresh: boolean; readonly signal: AbortSignal}) => string | Promise<string>);

/** A header cannot carry white space or control characters, and would put the token into its error. */
export function isToken(token: unknown): token is string {
	return typeof token === 'string' && /^[\x21-\x7e]+$/.test(token);
}

/**
 * Gives each attempt its token, before the attempt waits for a slot: a token that is slow to come must not turn
 * up with a slot that is old. After a 401 a function is asked for a fresh one, once.
 */
export async function withToken<T>(
	accessToken: AccessToken,
	signal: AbortSignal,
	attempt: (token: string) => Promise<T>,
): Promise<T> {
	if (typeof accessToken === 'string') {
		return attempt(accessToken);
	}

	let token = '';
	const ask = async (refresh: boolean) => {
		try {
			const answer = await abortable(signal, () => accessToken({refresh, signal}));
			token = isToken(answer) ? answer : '';
		} catch (error) {
			signal.throwIfAborted();
			throw new PaginationError('The `accessToken` function failed', {cause: redactError(error, token)});
		}

		if (token === '') {
			throw new PaginationError('The `accessToken` function gave no token without spaces or line breaks');
		}

		return token;
	};

	try {
		return await attempt(await ask(false));
	} catch (error) {
		if (!(error instanceof ResponseError && error.status === 401)) {
			throw error;
		}

		return attempt(await ask(true));
	}
}
