import type {AccessToken} from 'hubspot-threads';
import type {Database} from './database.ts';

/** The app as HubSpot knows it: the same in every account. */
export interface App {
	readonly clientId: string;
	readonly clientSecret: string;
}

/** Nobody but the customer can give it back. */
export class RevokedError extends Error {
	override name = 'RevokedError';
}

/**
 * The token of an account, which all workers share through its row: whoever needs a new one locks the row, looks
 * whether somebody else was first, and asks HubSpot once.
 */
export function createAccessToken(
	database: Database,
	{clientId, clientSecret}: App,
	id: string,
): AccessToken {
	let token = '';
	let renewAt = 0;
	let renewal: Promise<string> | undefined;

	async function renew(refused: string | undefined) {
		// The transaction may have to wait for others, and the token grows older meanwhile.
		const start = performance.now();
		return database.transaction(async transaction => {
			const {rows} = await transaction.query<{
				baseUrl: string;
				refreshToken: string;
				accessToken: string | null;
				left: number;
			}>(
				`SELECT base_url AS "baseUrl", refresh_token AS "refreshToken", access_token AS "accessToken",
					coalesce(extract(epoch FROM renew_at - now()), 0)::double precision AS left
				FROM hubspot_accounts WHERE id = $1 FOR UPDATE`,
				[id],
			);
			const [account] = rows;
			if (!account) {
				throw new RevokedError('The account is not in the table any more');
			}

			let {accessToken, left} = account;
			if (accessToken === null || accessToken === refused || left <= 0) {
				const answer = await requestToken(account.baseUrl, {
					grant_type: 'refresh_token',
					client_id: clientId,
					client_secret: clientSecret,
					refresh_token: account.refreshToken,
				});
				accessToken = answer.access_token;
				// A tenth of its life early: a request may wait for its slot, and must arrive in time.
				left = answer.expires_in * 0.9;
				await transaction.query(
					`UPDATE hubspot_accounts SET access_token = $2, renew_at = now() + $3::double precision * interval '1 s' WHERE id = $1`,
					[id, accessToken, left],
				);
			}

			token = accessToken;
			renewAt = start + left * 1000;
			return token;
		});
	}

	return async ({refusedToken}) => {
		// If another request has renewed the token that HubSpot has refused, the new one is tried.
		if (refusedToken === token || performance.now() >= renewAt) {
			renewal ??= renew(refusedToken).finally(() => {
				renewal = undefined;
			});
			return renewal;
		}

		return token;
	};
}

async function requestToken(baseUrl: string, form: Record<string, string>) {
	const response = await fetch(new URL('/oauth/2026-03/token', baseUrl), {
		method: 'POST',
		body: new URLSearchParams(form),
		// It would take the secret elsewhere.
		redirect: 'manual',
		signal: AbortSignal.timeout(10_000),
	});
	if (response.ok) {
		return (await response.json()) as {access_token: string; expires_in: number};
	}

	const {status = ''} = (await response.json().catch(() => ({}))) as {status?: string};
	const message = `HubSpot gave no access token: ${response.status} ${status}`.trim();
	throw status === 'invalid_grant' || status === 'BAD_REFRESH_TOKEN'
		? new RevokedError(message)
		: new Error(message);
}
