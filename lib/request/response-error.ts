import {RateLimitError, ResponseError} from '../errors.ts';
import type {RateLimit} from '../rate-limit.ts';
import {readErrorBody, shorten} from './error-body.ts';
import {redact} from './redact.ts';

interface ErrorResponse {
	readonly response: Response;
	readonly body: string;
	/** HubSpot's clock. */
	readonly observedAt: Date;
	readonly rateLimit: RateLimit | undefined;
	readonly accessToken: string;
	/** Milliseconds to wait after a 429 that does not say how long. */
	readonly interval: number;
}

/**
 * Real error bodies vary: any field may be missing, and the body may be HTML or empty. What happened is read
 * from the status and from HubSpot's codes; the message is only for people.
 */
export function responseError({
	response,
	body,
	observedAt,
	rateLimit,
	accessToken,
	interval,
}: ErrorResponse): ResponseError {
	const {status, headers} = response;
	const safe = redact(body, accessToken);
	const parsed = parse(safe);
	const read = readErrorBody(parsed, accessToken);
	const category = read('category');
	const subCategory = read('subCategory');
	const correlationId =
		read('correlationId') ?? redact(headers.get('x-hubspot-correlation-id') ?? '', accessToken);
	const said = read('message') ?? (typeof parsed === 'string' ? excerpt(parsed) : undefined);
	const data = safe.length > mostData ? safe.slice(0, mostData) : parsed;
	const asked = parseRetryAfter(headers.get('retry-after'), observedAt);
	const details = {
		status,
		category,
		subCategory,
		correlationId: correlationId || undefined,
		data,
		rateLimit,
		observedAt,
	};
	const message = [
		`HubSpot answered ${[status, category, subCategory].filter(Boolean).join(' ')}`,
		said === undefined || said === '' ? '' : `: ${said.replace(/\.$/, '')}`,
		advice(status, subCategory, parsed),
	].join('');

	if (status !== 429) {
		return new ResponseError(message, {...details, retryAt: asked});
	}

	const policyName = read('policyName') ?? (/daily/i.test(said ?? '') ? 'DAILY' : undefined);
	// With `Retry-After: 0` too: a 429 that asks for no wait would hold nobody back who shares the throttle.
	const isUsable = asked !== undefined && asked.getTime() > Date.now();
	const undated =
		policyName === 'DAILY' ? undefined : new Date(Date.now() + (rateLimit?.interval ?? interval));
	const retryAt = isUsable ? asked : undated;
	return new RateLimitError(message, {...details, policyName, retryAt});
}

function parse(body: string): unknown {
	try {
		return JSON.parse(body);
	} catch {
		return body;
	}
}

/** Characters of a body that an error keeps: errors are held and logged. */
const mostData = 65_536;

/** Characters of a page for people that are looked at: its first words are among them, or not worth a search. */
const mostMarkup = 4096;

/** The start of a proxy's HTML error page. Each expression passes every character once, closed or not. */
function excerpt(body: string): string {
	const words = body
		.slice(0, mostMarkup)
		.replaceAll(/<(style|script)\b[\s\S]*?(?:<\/\1>|$)|<[^<>]*>/gi, ' ')
		.replaceAll(/\s+/g, ' ')
		.trim();
	return shorten(words, 200);
}

function advice(status: number, subCategory: string | undefined, data: unknown): string {
	if (subCategory === 'ConversationsApiError.UNPARSEABLE_TOKEN') {
		return '. HubSpot cannot read the cursor: start again without `after`, as `resume` does.';
	}

	if (status === 401) {
		return '. Check that the access token is whole, not expired, and of this account.';
	}

	if (status === 403) {
		const scopes = requiredScopes(data);
		return scopes.length > 0 ? `. Give the app these scopes: ${scopes.join(', ')}.` : '';
	}

	if ((status >= 300 && status < 400) || status === 0) {
		return '. A redirect is not followed, it could take the access token elsewhere: check `baseUrl`.';
	}

	return '';
}

type ScopesNeeded = {
	readonly errors?: ReadonlyArray<{readonly context?: {readonly requiredGranularScopes?: unknown}} | null>;
} | null;

function requiredScopes(data: unknown): readonly string[] {
	const scopes = (data as ScopesNeeded)?.errors?.[0]?.context?.requiredGranularScopes;
	return Array.isArray(scopes) ? scopes.slice(0, 20).map(scope => shorten(String(scope), 100)) : [];
}

/** The last one that a `Date` can hold. */
const latestDate = 8.64e15;

/**
 * `Retry-After` in seconds or as a date. A date is HubSpot's, so it is compared with HubSpot's clock; of that we
 * know only the second, from the `Date` header: within that second, ours is used.
 */
function parseRetryAfter(header: string | null, observedAt: Date): Date | undefined {
	const now = Date.now();
	if (header === null) {
		return undefined;
	}

	if (/^\d+(?:\.\d+)?$/.test(header)) {
		return new Date(Math.min(now + Number(header) * 1000, latestDate));
	}

	const date = /^[a-z]{3}, /i.test(header) ? Date.parse(header) : Number.NaN;
	const hubspotNow = Math.min(Math.max(now, observedAt.getTime()), observedAt.getTime() + 999);
	return Number.isNaN(date) ? undefined : new Date(now + Math.max(0, date - hubspotNow));
}
