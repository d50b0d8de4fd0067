/** `text` without the access token: errors are logged, and a proxy's error page may repeat what it was sent. */
export function redact(text: string, accessToken: string): string {
	return accessToken === '' ? text : text.replaceAll(accessToken, '[access token]');
}

/**
 * A copy of somebody else's error that is safe to print: its names, messages and codes, without the objects that
 * hang on it. HTTP clients like to attach the request, and with it the token.
 */
export function redactError(error: unknown, accessToken: string, depth = 0): Error {
	if (!(error instanceof Error)) {
		return new Error(redact(typeof error === 'string' ? error : `a thrown ${typeof error}`, accessToken));
	}

	const copy = new Error(redact(error.message, accessToken));
	copy.name = redact(error.name, accessToken);
	copy.stack = `${copy.name}: ${copy.message}`;
	if ('code' in error && typeof error.code === 'string') {
		Object.assign(copy, {code: redact(error.code, accessToken)});
	}

	// Connections to several addresses fail with a list of errors, one for each.
	const cause = error instanceof AggregateError ? error.errors[0] : error.cause;
	if (cause !== undefined && depth < 5) {
		copy.cause = redactError(cause, accessToken, depth + 1);
	}

	return copy;
}
