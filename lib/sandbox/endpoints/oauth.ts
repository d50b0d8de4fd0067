import {HubspotError} from '../hubspot-error.ts';

/**
 * An app that a user has installed, as HubSpot knows it.
 *
 * @see https://developers.hubspot.com/docs/api-reference/latest/authentication/manage-oauth-tokens
 */
export interface SandboxOAuth {
	/** The app's client id; another is refused. */
	readonly clientId: string;
	/** The app's client secret; another is refused. */
	readonly clientSecret: string;
	/** What the app got when it was installed; it never changes. */
	readonly refreshToken: string;
	/** Seconds that an access token lives. Default: 1800, as at HubSpot. */
	readonly expiresIn?: number | undefined;
}

export interface TokenEndpoint {
	/** Answers a form that asks for an access token. @throws {HubspotError} 400 */
	issue(form: URLSearchParams): Readonly<Record<string, unknown>>;
	/** Whether it issued this access token, and the token still lives. */
	accepts(accessToken: string): boolean;
}

/** The dated one, and `v1`, which HubSpot ends in February 2027. */
export const tokenPaths: ReadonlySet<string> = new Set(['/oauth/2026-03/token', '/oauth/v1/token']);

/**
 * Issues access tokens for a refresh token, which stays the same, as at HubSpot. A new one does not end those before.
 *
 * @see https://developers.hubspot.com/docs/api-reference/latest/authentication/manage-oauth-tokens
 */
export function createTokenEndpoint(app: SandboxOAuth): TokenEndpoint {
	const {clientId, clientSecret, refreshToken, expiresIn = 1800} = app;
	/** When each access token ends. */
	const ends = new Map<string, number>();

	return {
		issue(form) {
			if (form.get('client_id') !== clientId) {
				refuse('invalid_client', 'BAD_CLIENT_ID', 'missing or unknown client id');
			}

			if (form.get('client_secret') !== clientSecret) {
				refuse('invalid_client', 'BAD_CLIENT_SECRET', 'missing or invalid client secret');
			}

			if (form.get('grant_type') !== 'refresh_token') {
				refuse('unsupported_grant_type', 'BAD_GRANT_TYPE', 'missing or unknown grant type');
			}

			if (form.get('refresh_token') !== refreshToken) {
				refuse('invalid_grant', 'BAD_REFRESH_TOKEN', 'refresh token is invalid, expired or revoked');
			}

			const accessToken = `sandbox-${crypto.randomUUID()}`;
			ends.set(accessToken, Date.now() + expiresIn * 1000);
			return {
				token_type: 'bearer',
				refresh_token: refreshToken,
				access_token: accessToken,
				expires_in: expiresIn,
			};
		},
		accepts: accessToken => Date.now() < (ends.get(accessToken) ?? 0),
	};
}

/** Both of HubSpot's forms in one body, OAuth's own and its older one; these have no correlation id. */
function refuse(error: string, status: string, message: string): never {
	throw new HubspotError(400, {error, error_description: message, status, message, correlationId: undefined});
}
