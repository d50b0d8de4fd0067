import {validationError} from '../hubspot-error.ts';

/** Digits, or nothing. @throws {HubspotError} 400 */
export function digitsOf(parameters: URLSearchParams, name: string): string | undefined {
	const value = parameters.get(name) ?? undefined;
	return value === undefined || /^\d+$/.test(value) ? value : validationError(`${name} is not a number.`);
}

/** How many items a page has. @throws {HubspotError} 400 */
export function limitOf(parameters: URLSearchParams, maxPageSize: number, usual = 100): number {
	const limit = Number(digitsOf(parameters, 'limit') ?? usual);
	return limit < 1 || limit > maxPageSize
		? validationError(`limit must be between 1 and ${maxPageSize}.`)
		: limit;
}

export const isArchived = (parameters: URLSearchParams) => parameters.get('archived') === 'true';

/** The query without what only chooses the page, so that a list has one name on all its pages. */
export function listNameOf(path: string, parameters: URLSearchParams): string {
	const rest = [...parameters].filter(([name]) => name !== 'after' && name !== 'limit');
	return `${path}?${new URLSearchParams(rest)}`;
}
