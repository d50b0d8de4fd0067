import type {Actor} from '../lists/actor.ts';
import {parseRecord} from '../request/object.ts';
import {parseResults} from '../request/page.ts';

/** The answer to a batch read. */
export interface ActorBatch {
	readonly actors: readonly Actor[];
	/** The ids that HubSpot says it does not know. */
	readonly unknown: ReadonlySet<string>;
}

/** @throws {MalformedPageError} if it is not one. */
export function parseActorBatch(body: string, accessToken: string): ActorBatch {
	const {value} = parseRecord(body, accessToken);
	const errors: readonly unknown[] = Array.isArray(value.errors) ? value.errors : [];
	return {
		actors: parseResults(value) as readonly Actor[],
		unknown: new Set(errors.flatMap(unknownIds)),
	};
}

function unknownIds(error: unknown): readonly string[] {
	const {category, context} = (error ?? {}) as {
		readonly category?: unknown;
		readonly context?: {readonly ids?: unknown};
	};
	return category === 'OBJECT_NOT_FOUND' && Array.isArray(context?.ids) ? context.ids : [];
}
