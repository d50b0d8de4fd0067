import {redactError} from '../request/redact.ts';

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
function redacted(error: unknown): Error {
	const copy = redactError(error, '');
	for (let each: unknown = copy; each instanceof Error; each = each.cause) {
		each.message = each.message.replaceAll(address, '[address]').replaceAll(assignment, '$1$2[secret]');
		each.stack = `${each.name}: ${each.message}`;
	}

	return copy;
}

/** A connection that fails at several addresses has an error without a message. */
function saying({message, cause, name}: Error): string {
	return message || (cause instanceof Error ? saying(cause) : name);
}
