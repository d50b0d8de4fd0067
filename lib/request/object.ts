import {MalformedPageError} from '../errors.ts';
import {isObject, kindOf, parseJson, refuseErrors} from './page.ts';

/**
 * The object that a read by id answers with.
 *
 * @throws {MalformedPageError} if it is not an object with an `id`.
 * @throws {RequestError} if the body is not whole JSON.
 */
export function parseObject(body: string, accessToken: string): {readonly value: {readonly id: string}} {
	const {value} = parseRecord(body, accessToken);
	if (typeof value.id !== 'string') {
		refuseErrors(value, accessToken);
		throw new MalformedPageError(
			`HubSpot's answer is not an object: \`id\` is ${kindOf(value.id)}, not a string`,
		);
	}

	return {value: value as {readonly id: string}};
}

/** The same without an `id`. */
export function parseRecord(
	body: string,
	accessToken: string,
): {readonly value: Readonly<Record<string, unknown>>} {
	const value = parseJson(body, accessToken);
	if (!isObject(value)) {
		throw new MalformedPageError(`HubSpot's answer is ${kindOf(value)}, not an object`);
	}

	return {value};
}
