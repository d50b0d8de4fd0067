import {PaginationError, ResponseError} from '../errors.ts';
import {abortable} from '../wait.ts';

/** What an `accessToken` function is asked for. */
export interface TokenRequest {
	/** HubSpot has refused `refusedToken`, and another one is wanted. */
	readonly refresh: boolean;
	/** Absent unless `refresh`. If you have another one by now, give that, and do not ask for a third. */
	readonly refusedToken?: string;
	/** Of the walk. Without it, the function is waited for as long as it takes. */
	readonly signal: AbortSignal;
}

/**
 * A token, or a function that gives one. The function is asked before every attempt, so keep the token until it
 * expires; after a 401 it is asked once for the token that was refused, with `refresh: true`, and the attempt is
 * repeated once.
 */
export type AccessToken = string | ((request: TokenRequest) => string | Promise<string>);

/** Every token that a walk was given, and what came in the place of it when HubSpot refused it. */
export type Tokens = Map<string, Promise<string> | undefined>;

/** A function may give another one each time: older ones are forgotten. */
const mostTokens = 1000;

/** A header cannot carry white space or control characters, and would put the token into its error. */
export function isToken(token: unknown): token is string {
	return typeof token === 'string' && /^[\x21-\x7e]+$/.test(token);
}

/**
 * Gives each attempt its token, before the attempt waits for a slot: a token that is slow to come must not turn
 * up with a slot that is old. After a 401 a function is asked for another one, once by all requests that were refused.
 */
export async function withToken<T>(
	{accessToken, tokens}: {readonly accessToken: AccessToken; readonly tokens: Tokens},
	signal: AbortSignal,
	attempt: (token: string) => Promise<T>,
): Promise<T> {
	async function ask(refusedToken?: string): Promise<string> {
		let token: string;
		try {
			const request = refusedToken === undefined ? {refresh: false} : {refresh: true, refusedToken};
			token =
				typeof accessToken === 'string'
					? accessToken
					: await abortable(signal, () => accessToken({...request, signal}));
		} catch (error) {
			signal.throwIfAborted();
			throw new PaginationError('The `accessToken` function failed', {cause: error});
		}

		if (!isToken(token)) {
			throw new PaginationError('The `accessToken` function gave no token without spaces or line breaks');
		}

		if (!tokens.has(token)) {
			const [oldest] = tokens.size < mostTokens ? [] : tokens.keys();
			tokens.delete(oldest as string);
			tokens.set(token, undefined);
		}

		return token;
	}

	let token = await ask();
	let isAsked = false;
	const refused = new Set<string>();
	for (;;) {
		try {
			return await attempt(token);
		} catch (error) {
			if (!(error instanceof ResponseError && error.status === 401) || typeof accessToken === 'string') {
				throw error;
			}

			refused.add(token);
			let renewal = tokens.get(token);
			if (renewal === undefined || refused.has(await renewal)) {
				if (isAsked) {
					throw error;
				}

				isAsked = true;
				renewal = ask(token);
				for (const each of refused) {
					tokens.set(each, renewal);
				}
			}

			token = await renewal;
		}
	}
}
