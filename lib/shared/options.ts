import {refuse, refuseUnknown} from '../rules.ts';
import type {Rate} from './store.ts';

/** Whose limit it is, and how many requests may leave in how much time. */
export interface SharedThrottleOptions {
	/**
	 * Everybody who gives the same key to the same store shares one limit: for example the id of the HubSpot
	 * account, as each account has a limit of its own.
	 */
	readonly key: string | number;
	/** Requests per interval; HubSpot's headers do not change it. Default: 100, then whatever they say. */
	readonly limit?: number | undefined;
	/** Milliseconds, rolling. Default: 10,000, then whatever HubSpot's headers say unless a `limit` is given. */
	readonly interval?: number | undefined;
}

export interface SharedOptions {
	readonly key: string;
	readonly rate: Rate;
	/** No header changes it. */
	readonly isFixed: boolean;
}

const known = {key: true, limit: true, interval: true} satisfies Record<keyof SharedThrottleOptions, true>;

/** @throws {TypeError} that names the function or the option, and the rule. */
export function parseSharedOptions(
	name: string,
	call: unknown,
	options: SharedThrottleOptions,
): SharedOptions {
	if (typeof call !== 'function') {
		refuse(name, 'must be a function that runs it on your client');
	}

	if (typeof options !== 'object' || options === null) {
		throw new TypeError('Expected an object with options, such as {key}');
	}

	refuseUnknown(options, known);
	const {key, limit, interval} = options;
	if (typeof key === 'number' ? !Number.isFinite(key) : typeof key !== 'string' || key === '') {
		refuse('key', 'must be a string that is not empty, or a number');
	}

	// PostgreSQL takes neither in a text, and would refuse each slot.
	if (typeof key === 'string' && (key.includes('\0') || !key.isWellFormed())) {
		refuse('key', 'must be text, without a null character or half a surrogate pair');
	}

	for (const [name, value] of Object.entries({limit, interval})) {
		if (value !== undefined && !(Number.isSafeInteger(value) && value >= 1)) {
			refuse(name, 'must be a whole number of at least 1');
		}
	}

	return {
		key: String(key),
		rate: {limit: limit ?? 100, interval: interval ?? 10_000},
		isFixed: limit !== undefined,
	};
}
