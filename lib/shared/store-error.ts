/** `postgres://user:secret@host/database`, up to the last `@` of its line: a secret may hold one, and a space too. */
const address = /\b[a-z][a-z\d+.-]*:\/\/(?:.*@)?\S*/gi;

/** `password=secret`, `"auth": "secret"` and the like. */
const assignment = /(pass(?:word|wd)?|pwd|secret|token|auth)(["']?\s*[=:]\s*)("[^"]*"|'[^']*'|\S+)/gi;

/** What a walk fails with when the store does: the name of the store, and what its client said, without secrets. */
export class StoreError extends Error {
	constructor(store: string, problem: string, cause?: unknown) {
		const copy = cause === undefined ? undefined : redacted(cause);
		const said = copy ? `: ${saying(copy)}` : '';
		super(`No request is sent without a slot, and the throttle's ${store} ${problem}${said}`, {
			...(copy && {cause: copy}),
		});
		this.name = 'StoreError';
	}
}

/** A copy: clients attach their configuration to errors, and some repeat the connection string. */
function redacted(error: unknown, depth = 0): Error {
	// Not `instanceof`: an error may come from another realm.
	const {name, message, code, cause, errors} = Object(error) as Partial<Record<string, unknown>>;
	const copy = new Error(clean(String(message ?? `a thrown ${typeof error}`)));
	copy.name = typeof name === 'string' ? clean(name) : 'Error';
	copy.stack = `${copy.name}: ${copy.message}`;
	if (typeof code === 'string') {
		Object.assign(copy, {code: clean(code)});
	}

	// A connection to several addresses fails with a list of errors, one for each.
	const inner = Array.isArray(errors) ? errors[0] : cause;
	if (inner !== undefined && depth < 5) {
		copy.cause = redacted(inner, depth + 1);
	}

	return copy;
}

const clean = (text: string) => text.replaceAll(address, '[address]').replaceAll(assignment, '$1$2[secret]');

/** A connection that fails at several addresses has an error without a message. */
function saying({message, cause, name}: Error): string {
	return message || (cause instanceof Error ? saying(cause) : name);
}
