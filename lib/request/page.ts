import type {Cursor} from '../cursor.ts';
import {MalformedPageError, RequestError} from '../errors.ts';
import {readErrorBody} from './error-body.ts';
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
 * @throws {RequestError} if the body is not whole JSON: it can be whole the second time.
 */
export function parsePage<Item>(body: string, accessToken: string): Envelope<Item> {
	const page = parseJson(body, accessToken);
	refuseErrors(page, accessToken);
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
		const found =
			text === ''
				? 'it is empty'
				: /^[[{]/.test(text)
					? `it stops after ${body.length} characters`
					: `it begins ${JSON.stringify(redact(text, accessToken).slice(0, 80))}`;
		throw new RequestError(`HubSpot's answer is not whole JSON: ${found}`);
	}
}

/** HubSpot can say with status 200 that it failed, or that some of the results are missing. */
export function refuseErrors(answer: unknown, accessToken: string): void {
	const {results, status, errors, numErrors, message} = (answer ?? {}) as Record<string, unknown>;
	const hasErrors = status === 'error' || Number(numErrors) > 0 || Object.keys(errors ?? {}).length > 0;
	if (hasErrors || (message !== undefined && !Array.isArray(results))) {
		const read = readErrorBody(answer, accessToken);
		const correlationId = read('correlationId');
		const id = correlationId === undefined ? '' : ` (correlation id ${correlationId})`;
		throw Object.assign(
			new MalformedPageError(
				`HubSpot answered 200 with an error: ${read('message') ?? 'without a message'}${id}`,
			),
			id && {correlationId},
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
