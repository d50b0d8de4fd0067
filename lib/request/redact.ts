import {PaginationError} from '../errors.ts';

/** A shorter text stands in others by chance. */
const shortestForm = 12;

/** HubSpot's tokens have dozens of characters. One of a test, such as `t`, would be taken out of every word. */
const shortestToken = 6;

/** The token as it is, and as it is written in a URL, in JSON and in base64. */
function formsOf(token: string): readonly string[] {
	// In base64 it looks different at each of three places, and shares a character or two with its neighbours.
	const base64 = [0, 1, 2].map(place => btoa(' '.repeat(place) + token).slice(place && place + 1, -4));
	const others = [encodeURIComponent(token), JSON.stringify(token).slice(1, -1), ...base64];
	return [token, ...others.filter(form => form.length >= shortestForm)];
}

type Clean = (text: string) => string;

function cleanerOf(tokens: Iterable<string>): Clean {
	const forms = [...tokens].flatMap(formsOf);
	return text => forms.reduce((rest, form) => rest.replaceAll(form, '[access token]'), text);
}

/** `text` without the token, however it is written: errors are logged, and a proxy may repeat what it was sent. */
export function redact(text: string, token: string): string {
	return cleanerOf([token])(text);
}

/**
 * Takes every token out of an error of ours, before anybody sees it. What somebody else threw stays as it is, with its
 * class, its stack and its properties, unless it holds a token.
 */
export function removeTokens(error: unknown, tokens: Iterable<string>): void {
	if (error instanceof PaginationError) {
		const clean = cleanerOf([...tokens].filter(token => token.length >= shortestToken));
		const fields = error as unknown as Record<string, unknown>;
		for (const name of ['stack', ...Object.keys(fields), 'message', 'cause']) {
			if (holds(fields[name], clean)) {
				fields[name] = copy(fields[name], clean);
			}
		}
	}
}

/** What is larger is not looked through, and is taken to hold a token, as the request of an HTTP client does. */
const mostObjects = 1000;

/** Whether a logger could find a token in it, through getters and iterators too. */
function holds(value: unknown, clean: Clean, seen = new Set<unknown>()): boolean {
	if (Object(value) !== value) {
		return clean(String(value)) !== String(value);
	}

	try {
		const object = value as Record<PropertyKey, unknown>;
		if (seen.has(object)) {
			return false;
		}

		const parts: unknown[] = Reflect.ownKeys(seen.add(object) && object).flatMap(key => [key, object[key]]);
		// The getters of a `Request` and the like are on its prototype.
		for (const key in object) {
			parts.push(object[key]);
		}

		// As `Headers` and a `Map` have it.
		(object as Partial<Map<unknown, unknown>>).forEach?.((item, key) => {
			parts.push(item, key);
		});
		return seen.size > mostObjects || parts.some(part => holds(part, clean, seen));
	} catch {
		return true;
	}
}

/** Its texts and numbers, without the objects attached to it. */
function copy(value: unknown, clean: Clean, depth = 0): unknown {
	if (typeof value === 'string') {
		return clean(value);
	}

	try {
		// Not `instanceof`: an error may come from another realm.
		if (Object(value) !== value || !('message' in (value as object))) {
			return JSON.parse(clean(JSON.stringify(value)));
		}

		const {name, message, stack, cause, errors, ...rest} = value as Error & {readonly errors?: unknown};
		const texts = Object.entries({...rest, name, stack})
			.filter(([, field]) => Object(field) !== field)
			.map(([key, field]) => [clean(key), typeof field === 'string' ? clean(field) : field]);
		// A connection to several addresses fails with a list of errors, one for each.
		const inner = Array.isArray(errors) ? errors[0] : cause;
		const innerCopy = inner !== undefined && depth < 5 && {cause: copy(inner, clean, depth + 1)};
		return Object.assign(new Error(clean(String(message))), Object.fromEntries(texts), innerCopy);
	} catch {
		return new Error('What was thrown holds an access token, and cannot be shown without it');
	}
}
