import {HubspotError} from './hubspot-error.ts';

/**
 * Takes a token, or refuses as HubSpot does.
 *
 * @throws {HubspotError} 401
 */
export function authorize(authorization: string | null, isTaken: (token: string) => boolean): void {
	const token = authorization?.match(/^Bearer (.+)$/)?.[1];
	if (!token) {
		throw new HubspotError(401, {
			category: 'INVALID_AUTHENTICATION',
			message: 'Authentication credentials not found.',
		});
	}

	if (!isTaken(token)) {
		throw new HubspotError(401, {
			category: 'EXPIRED_AUTHENTICATION',
			message: 'The OAuth token used to make this call expired 56 years ago.',
		});
	}
}
