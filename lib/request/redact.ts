/** `text` without the access token: errors are logged, and a proxy's error page may repeat what it was sent. */
export function redact(text: string, accessToken: string): string {
	return accessToken === '' ? text : text.replaceAll(accessToken, '[access token]');
}

/**
 * A copy of somebody else's error that is safe to print: its names, messages and codes, without the objects that
 * hang on it. HTTP clients like to attach the request, and with it the token.
 */
export function redactError(error: unknown, accessToken: string, depth = 0): Error {
	// Not `instanceof`: an error may come from another realm.
	if (typeof error !== 'object' || error === null || !('message' in error)) {
		return new Error(redact(typeof error === 'string' ? error : `a thrown ${typeof error}`, accessToken));
	}

	const {name, message, code, cause, errors} = error as Partial<Record<string, unknown>>;
	const copy = new Error(redact(String(message), accessToken));
	copy.name = redact(typeof name === 'string' ? name : 'Error', accessToken);
	copy.stack = `${copy.name}: ${copy.message}`;
	if (typeof code === 'string') {
		Object.assign(copy, {code: redact(code, accessToken)});
	}

	// A connection to several addresses fails with a list of errors, one for each.
	const inner = Array.isArray(errors) ? errors[0] : cause;
	if (inner !== undefined && depth < 5) {
		copy.cause = redactError(inner, accessToken, depth + 1);
	}

	return copy;
}
