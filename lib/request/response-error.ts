import {RateLimitError, ResponseError} from '../errors.ts';
import type {RateLimit} from '../rate-limit.ts';
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
	const data = parse(redact(body, accessToken));
	const fields = typeof data === 'object' && data !== null ? (data as Record<string, unknown>) : {};
	const category = text(fields.category);
	const subCategory = text(fields.subCategory);
	const correlationId =
		text(fields.correlationId) ?? redact(headers.get('x-hubspot-correlation-id') ?? '', accessToken);
	const said = text(fields.message) ?? (typeof data === 'string' ? excerpt(data) : undefined);
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
		advice(status, subCategory, fields),
	].join('');

	if (status !== 429) {
		return new ResponseError(message, {...details, retryAt: asked});
	}

	const policyName = text(fields.policyName) ?? (/daily/i.test(said ?? '') ? 'DAILY' : undefined);
	const retryAt =
		asked ?? (policyName === 'DAILY' ? undefined : new Date(Date.now() + (rateLimit?.interval ?? interval)));
	return new RateLimitError(message, {...details, policyName, retryAt});
}

function parse(body: string): unknown {
	try {
		return JSON.parse(body);
	} catch {
		return body;
	}
}

function text(value: unknown): string | undefined {
	return typeof value === 'string' ? value : undefined;
}

/** The first words of a page that a proxy made for people. */
function excerpt(body: string): string {
	const words = body
		.replaceAll(/<(style|script)\b[\s\S]*?<\/\1>|<[^>]*>/gi, ' ')
		.replaceAll(/\s+/g, ' ')
		.trim();
	return words.length > 200 ? `${words.slice(0, 200)}…` : words;
}

function advice(status: number, subCategory: string | undefined, fields: Record<string, unknown>): string {
	if (subCategory === 'ConversationsApiError.UNPARSEABLE_TOKEN') {
		return '. HubSpot cannot read the cursor: start again without `after`.';
	}

	if (status === 401) {
		return '. Check that the access token is whole, not expired, and of this account.';
	}

	if (status === 403) {
		const scopes = requiredScopes(fields.errors);
		return scopes.length > 0 ? `. Give the app these scopes: ${scopes.join(', ')}.` : '';
	}

	if (status >= 300 && status < 400) {
		return '. A redirect is not followed, it could take the access token elsewhere: check `baseUrl`.';
	}

	return '';
}

function requiredScopes(errors: unknown): readonly string[] {
	const [first] = Array.isArray(errors) ? errors : [];
	const scopes = first?.context?.requiredGranularScopes;
	return Array.isArray(scopes) ? scopes.map(String) : [];
}

/** The last one that a `Date` can hold. */
const latestDate = 8.64e15;

/**
 * `Retry-After` in seconds or as a date. A date is HubSpot's, so it is held against HubSpot's clock; of that we
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
