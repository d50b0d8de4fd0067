import type {Fault} from './fault.ts';
import {HubspotError} from './hubspot-error.ts';
import type {Answer} from './router.ts';

/** All of an answer but its way to the client. */
export interface Written {
	readonly status: number;
	/** `null` where the status allows none. */
	readonly body: string | null;
	readonly headers: Headers;
}

/** Statuses whose answers have no body. */
const bodiless = new Set([204, 205, 304]);

/**
 * Writes an answer as HubSpot would, or what the fault says in its place.
 *
 * @param admit refuses a request before anything else: not even a fault comes before it.
 * @param rateHeaders after the request was counted.
 */
export function write(
	admit: () => void,
	answer: () => Answer,
	rateHeaders: () => Readonly<Record<string, string>> | undefined,
	fault: Fault,
): Written {
	const correlationId = crypto.randomUUID();
	const {status, body} = decide();
	const headers = new Headers({
		'content-type': 'application/json;charset=utf-8',
		date: new Date().toUTCString(),
		'x-hubspot-correlation-id': correlationId,
		...rateHeaders(),
	});
	for (const [name, value] of Object.entries(fault.headers ?? {})) {
		headers.set(name, value);
	}

	const text = typeof body === 'string' ? body : JSON.stringify(body);
	return {status, body: bodiless.has(status) ? null : text, headers};

	function decide(): {readonly status: number; readonly body: unknown} {
		try {
			admit();
			if (fault.body !== undefined) {
				return {status: fault.status ?? 200, body: fault.body};
			}

			if (fault.status !== undefined && fault.status !== 200) {
				return {status: fault.status, body: {category: 'INTERNAL_ERROR', correlationId}};
			}

			return {status: 200, ...answer()};
		} catch (error) {
			if (!(error instanceof HubspotError)) {
				throw error;
			}

			return {status: error.status, body: {status: 'error', correlationId, ...error.body}};
		}
	}
}
