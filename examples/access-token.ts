import pRetry, {AbortError} from 'p-retry';

export interface App {
	readonly clientId: string;
	readonly clientSecret: string;
	/** What your app got when the account installed it. */
	readonly refreshToken: string;
	/** Default: HubSpot's own. */
	readonly baseUrl?: string;
	/** Default: the global one. */
	readonly fetch?: (request: Request) => Promise<Response>;
}

/**
 * The `accessToken` option of an OAuth app: one function for all walks on one account. It asks for a token when it
 * has none or the one it has is about to expire, once for all walks that wait for it.
 *
 * @see https://developers.hubspot.com/docs/api-reference/latest/authentication/manage-oauth-tokens
 */
export function createAccessToken(app: App) {
	let token = '';
	let renewAt = 0;
	let renewal: Promise<string> | undefined;

	async function renew() {
		const askedAt = Date.now();
		const {access_token, expires_in} = await pRetry(() => requestToken(app), {retries: 3});
		// A tenth of its life early: a request may wait for its slot of the rate limit, and must arrive in time.
		renewAt = askedAt + expires_in * 900;
		token = access_token;
		return token;
	}

	return async ({refusedToken}: {readonly refusedToken?: string}) => {
		// If another walk has renewed the token that HubSpot has refused, the new one is tried.
		if (refusedToken === token || Date.now() >= renewAt) {
			// Not with the signal of a walk: the others wait for the same token.
			renewal ??= renew().finally(() => {
				renewal = undefined;
			});
			await renewal;
		}

		return token;
	};
}

async function requestToken({
	clientId,
	clientSecret,
	refreshToken,
	baseUrl = 'https://api.hubapi.com',
	fetch = globalThis.fetch,
}: App): Promise<{access_token: string; expires_in: number}> {
	const request = new Request(new URL('/oauth/2026-03/token', baseUrl), {
		method: 'POST',
		body: new URLSearchParams({
			grant_type: 'refresh_token',
			client_id: clientId,
			client_secret: clientSecret,
			refresh_token: refreshToken,
		}),
		// It would take the secret elsewhere.
		redirect: 'manual',
		signal: AbortSignal.timeout(10_000),
	});
	const response = await fetch(request);
	if (response.ok) {
		return response.json();
	}

	const {status = ''} = await response.json().catch(() => ({}));
	const error = new Error(`HubSpot gave no access token: ${response.status} ${status}`.trim());
	// A wrong or revoked refresh token stays wrong.
	const canPass = response.status === 429 || response.status >= 500;
	throw canPass ? error : new AbortError(error);
}
