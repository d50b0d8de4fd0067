import type {Throttle} from 'hubspot-threads';
import ky, {HTTPError} from 'ky';

/** What `connect()` gives. */
interface Connected {
	readonly isEmbedded: boolean;
	readonly connection: {readonly accessToken: string; readonly baseUrl: string};
}

interface AccountOptions {
	/** The account that somebody named; it must be this one. */
	readonly expected: string | undefined;
	/** The question counts towards the limit like every other. */
	readonly throttle: Throttle;
	readonly signal: AbortSignal;
}

/**
 * Which account a token belongs to. Two accounts have the same threads' ids and the same checkpoints' form: only this
 * tells a copy of one from a copy of the other.
 *
 * @throws {Error} if it is another one, or if HubSpot does not say and nobody named it.
 * @see https://developers.hubspot.com/docs/api-reference/latest/account/account-information/get-account-details
 */
export async function accountId(
	{isEmbedded, connection}: Connected,
	options: AccountOptions,
): Promise<string> {
	const {expected} = options;
	const account = isEmbedded ? 'embedded' : await askHubSpot(connection, options);
	if (expected !== undefined && expected !== account) {
		throw new Error(`The access token belongs to account ${account}, not to ${expected}`);
	}

	return account;
}

async function askHubSpot(
	{accessToken, baseUrl}: Connected['connection'],
	{expected, throttle, signal}: AccountOptions,
): Promise<string> {
	await throttle.acquire({signal});
	try {
		const {portalId} = await ky
			.get(new URL('/account-info/2026-03/details', baseUrl), {
				headers: {authorization: `Bearer ${accessToken}`},
				// It would take the token elsewhere.
				redirect: 'error',
				retry: 4,
				signal,
			})
			.json<{portalId?: unknown}>();
		if (Number.isSafeInteger(portalId)) {
			return String(portalId);
		}
	} catch (error) {
		if (!(error instanceof HTTPError)) {
			throw error;
		}

		const {status} = error.response;
		if (status === 401 || (status === 403 && expected === undefined)) {
			throw new RefusedToken(status, error.data);
		}
	}

	if (expected === undefined) {
		throw new Error('HubSpot does not say which account the access token belongs to: name it with --account');
	}

	return expected;
}

/** HubSpot tells no account of this token. */
export class RefusedToken extends Error {
	constructor(status: number, body: unknown) {
		// Only a word of HubSpot's own: the rest may hold the token.
		const {category} = (body ?? {}) as {category?: unknown};
		const reason = typeof category === 'string' && /^[A-Z_]+$/.test(category) ? ` ${category}` : '';
		super(`HubSpot answered ${status}${reason} when it was asked for the account`);
	}
}
