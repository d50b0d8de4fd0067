import {ResponseError} from 'hubspot-threads';
import {RefusedToken} from './account-id.ts';

/** One line: what happened, and what to do about a token that is refused. */
export function describeError(error: unknown): string {
	// A connection that nobody accepts is an error with a code and without a message.
	const {message, code} = error as NodeJS.ErrnoException;
	const sentence = (message || code || String(error)).replaceAll(/\s+/g, ' ').replace(/\.?$/, '.');
	const isRefused = error instanceof ResponseError && [401, 403].includes(error.status);
	return isRefused || error instanceof RefusedToken
		? `${sentence} Put a token with the scope conversations.read into HUBSPOT_ACCESS_TOKEN.`
		: sentence;
}
