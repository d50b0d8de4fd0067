/** An opaque position in a list, as HubSpot sent it. */
export type Cursor = string;

/**
 * HubSpot's cursors may arrive percent-encoded inside the JSON. Encoded again when they are sent, they would be
 * unreadable or, worse, mean another place.
 */
export function decodeCursor(cursor: Cursor): string {
	if (!/%[\da-f]{2}/i.test(cursor)) {
		return cursor;
	}

	try {
		return decodeURIComponent(cursor);
	} catch {
		return cursor; // A `%` that happens to be followed by two hex digits.
	}
}
