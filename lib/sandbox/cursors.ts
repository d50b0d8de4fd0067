import {HubspotError} from './hubspot-error.ts';

/** Where a page begins: after so many threads (offset), or after this one (keyset); neither is the start. */
export interface Place {
	readonly skip?: number;
	readonly after?: {readonly time: number; readonly id: string};
	/** Tells the cursors apart that empty pages bring, for they are all of one place. */
	readonly round?: number;
}

// In base64 these are `+/+/`: a client that does not encode a cursor, or takes `+` for a space, is found out.
const prefix = Buffer.from([0xfb, 0xff, 0xbf]);

export function writeCursor(place: Place, isEncoded: boolean): string {
	const cursor = Buffer.concat([prefix, Buffer.from(JSON.stringify(place))]).toString('base64');
	return isEncoded ? encodeURIComponent(cursor) : cursor;
}

/** @throws {HubspotError} for every cursor but the ones it wrote, also for one that was encoded twice. */
export function readCursor(cursor: string): Place {
	const bytes = Buffer.from(cursor, 'base64');
	try {
		if (bytes.toString('base64') === cursor && bytes.subarray(0, 3).equals(prefix)) {
			return JSON.parse(bytes.subarray(3).toString()) as Place;
		}
	} catch {
		// One that was cut short.
	}

	throw new HubspotError(400, {subCategory: 'ConversationsApiError.UNPARSEABLE_TOKEN'});
}
