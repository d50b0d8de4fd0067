import {HubspotError} from './hubspot-error.ts';

/** Where a page begins: after so many items (offset), or after this one (keyset); neither is the start. */
export interface Place {
	readonly skip?: number;
	readonly after?: {readonly time: number; readonly id: string};
	/** Tells the cursors apart that empty pages bring, because they are all of one place. */
	readonly round?: number;
}

// In base64 these are `+/+/`: a client that does not encode a cursor, or takes `+` for a space, is found out.
const prefix = '\u00fb\u00ff\u00bf';

export function writeCursor(place: Place, isEncoded: boolean): string {
	// Letters beyond Latin 1, as in the id of a thread that a test made up, are escaped: btoa() takes none.
	const json = JSON.stringify(place).replace(
		/[^\x20-\x7e]/g,
		unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
	);
	const cursor = btoa(prefix + json);
	return isEncoded ? encodeURIComponent(cursor) : cursor;
}

/** @throws {HubspotError} for every cursor but the ones it wrote, also for one that was encoded twice. */
export function readCursor(cursor: string): Place {
	try {
		const bytes = atob(cursor);
		if (btoa(bytes) === cursor && bytes.startsWith(prefix)) {
			return JSON.parse(bytes.slice(prefix.length)) as Place;
		}
	} catch {
		// It is no base64, or was cut short.
	}

	throw new HubspotError(400, {subCategory: 'ConversationsApiError.UNPARSEABLE_TOKEN'});
}
