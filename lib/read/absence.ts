import {ResponseError} from '../errors.ts';

/**
 * For a `catch`: HubSpot's own answer that it does not have what was asked for; throws everything else. The 404 of a
 * proxy, which is a page for people, says nothing about what HubSpot has.
 */
export function asAbsence(error: unknown): ResponseError {
	if (
		error instanceof ResponseError &&
		error.status === 404 &&
		!String(error.data).trimStart().startsWith('<')
	) {
		return error;
	}

	throw error;
}
