import type {Cursor} from '../cursor.ts';
import {MalformedPageError, RequestError} from '../errors.ts';
import {redact} from './redact.ts';

/** What HubSpot's lists have in common: items with an id, and where the next ones are. */
export interface Envelope<Item> {
	readonly items: readonly Item[];
	/** Absent at the end of the list, and only there. */
	readonly next?: Cursor;
}

/**
 * The one place where a body is trusted or refused.
 *
 * @throws {MalformedPageError} that says what was found where.
 * @throws {RequestError} if the body is JSON that stops in the middle.
 */
export function parsePage<Item>(body: string, accessToken: string): Envelope<Item> {
	const page = parseJson(body, accessToken);
	const items = parseResults(page) as readonly Item[];
	const next = parseNext(page as Record<string, unknown>);
	return next === undefined ? {items} : {items, next};
}

/** @throws {MalformedPageError} unless `results` is an array of objects with an `id`. */
export function parseResults(page: unknown): ReadonlyArray<{readonly id: string}> {
	const results = isObject(page) ? page.results : undefined;
	if (!Array.isArray(results)) {
		throw new MalformedPageError(
			isObject(page)
				? `HubSpot's answer is not a page: \`results\` is ${kindOf(results)}, not an array`
				: `HubSpot's answer is not a page: it is ${kindOf(page)}, not an object`,
		);
	}

	for (let index = 0; index < results.length; index++) {
		const id = results[index]?.id;
		if (typeof id !== 'string') {
			throw new MalformedPageError(
				isObject(results[index])
					? `HubSpot's answer is not a page: \`results[${index}].id\` is ${kindOf(id)}, not a string`
					: `HubSpot's answer is not a page: \`results[${index}]\` is ${kindOf(results[index])}, not an object`,
			);
		}
	}

	return results;
}

export function parseJson(body: string, accessToken: string): unknown {
	try {
		return JSON.parse(body);
	} catch {
		const text = body.trim();
		if (text.startsWith('{') && !text.endsWith('}')) {
			throw new RequestError(`HubSpot's answer was cut off after ${body.length} characters`);
		}

		throw new MalformedPageError(
			text === ''
				? "HubSpot's answer is not a page: the body is empty"
				: `HubSpot's answer is not a page: the body is not JSON, it begins ${JSON.stringify(redact(text, accessToken).slice(0, 80))}`,
		);
	}
}

function parseNext(page: Record<string, unknown>): Cursor | undefined {
	const paging = optionalObject(page.paging, 'paging');
	const next = optionalObject(paging?.next, 'paging.next');
	const after = next?.after ?? '';
	if (typeof after !== 'string') {
		throw new MalformedPageError(
			`HubSpot's answer is not a page: \`paging.next.after\` is ${kindOf(after)}, not a string`,
		);
	}

	return after === '' ? undefined : after;
}

function optionalObject(value: unknown, where: string): Record<string, unknown> | undefined {
	if (value === undefined || value === null) {
		return undefined;
	}

	if (!isObject(value)) {
		throw new MalformedPageError(
			`HubSpot's answer is not a page: \`${where}\` is ${kindOf(value)}, not an object`,
		);
	}

	return value;
}

export function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function kindOf(value: unknown): string {
	if (value === undefined) {
		return 'missing';
	}

	if (value === null) {
		return 'null';
	}

	return Array.isArray(value) ? 'an array' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
