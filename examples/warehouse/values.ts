/** `null` for whatever a database would refuse: the raw JSON has it all the same. */
export function text(value: unknown): string | null {
	if (typeof value === 'number') {
		return String(value);
	}

	// PostgreSQL has no text with a NUL or with half of a surrogate pair.
	return typeof value === 'string' && value.isWellFormed() && !value.includes('\0') ? value : null;
}

/** An empty string, as some of HubSpot's fields have, is no time. Without a zone it is UTC. */
export function time(value: unknown): string | null {
	const [, written, zone] = (typeof value === 'string' && value.match(timestamp)) || [];
	if (written === undefined) {
		return null;
	}

	const date = new Date(written + (zone ?? 'Z'));
	// The year 0 is none to a database.
	return date.getTime() >= firstYear ? date.toISOString() : null;
}

const timestamp = /^(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:?\d\d)?$/;
const firstYear = Date.parse('0001-01-01T00:00:00Z');

export const flag = (value: unknown): boolean | null => (typeof value === 'boolean' ? value : null);

/** HubSpot's specification has lists where single ids are what is seen. */
export const first = (value: unknown): string | null => text([value].flat()[0]);
