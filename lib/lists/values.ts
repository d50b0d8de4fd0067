import {refuse} from '../rules.ts';

/** HubSpot's ids are digits; as a string they are safe at any length. */
export type Id = string | number;

/** @throws {TypeError} if it is not a moment after 1970 with a time zone. */
export function parseTimestamp(option: string, value: Date | string): Date {
	const isIso = typeof value === 'string' && /^\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d))?$/.test(value);
	const date = isIso ? new Date(value) : asDate(value);
	if (date === undefined || !(date.getTime() > 0)) {
		refuse(
			option,
			'must be a Date or an ISO string with its time zone, after 1970, such as 2026-01-31T12:00:00Z',
		);
	}

	return date;
}

/** Not `instanceof`: a date may come from another realm, and what only inherits from `Date` is none. */
function asDate(value: unknown): Date | undefined {
	try {
		return new Date(Date.prototype.getTime.call(value));
	} catch {
		return;
	}
}

/** @throws {TypeError} unless it is digits. */
export function parseId(option: string, id: Id): string {
	const isId =
		typeof id === 'number' ? Number.isSafeInteger(id) && id >= 0 : typeof id === 'string' && /^\d+$/.test(id);
	return isId ? String(id) : refuse(option, "must be one of HubSpot's ids: digits");
}

/** @throws {TypeError} unless it is a name, or several. */
export function parseProperty(property: string | readonly string[]): string {
	const names = typeof property === 'string' ? [property] : property;
	if (
		!Array.isArray(names) ||
		names.length === 0 ||
		names.some(name => typeof name !== 'string' || name === '')
	) {
		refuse('property', 'must be the name of a property, or several');
	}

	return names.join(',');
}
