import ky from 'ky';
import {PaginationError, RequestError} from '../errors.ts';
import {parseRateLimit, type RateLimit} from '../rate-limit.ts';
import {abortable} from '../wait.ts';
import type {Connection} from './connection.ts';
import {asFailure} from './network-error.ts';
import type {Parameter} from './parameters.ts';
import {responseError} from './response-error.ts';

export interface Answer {
	readonly body: string;
	/** HubSpot's clock. */
	readonly observedAt: Date;
	readonly rateLimit: RateLimit | undefined;
}

/** What is asked for. */
export interface Query {
	/** Relative to the root of the API version. */
	readonly path: string;
	readonly parameters: readonly Parameter[];
	/** Sent as JSON, by POST: only for a read that takes a list of ids. Default: none, a GET. */
	readonly body?: unknown;
}

export type Send = (query: Query, accessToken: string, signal: AbortSignal) => Promise<Answer>;

/**
 * One request, with one deadline for the headers and the body.
 *
 * @throws {RequestError} if no whole answer came.
 * @throws {ResponseError} for every status but 2xx.
 */
export function createSend({root, fetch, timeout, interval}: Connection): Send {
	// Its retries would go past the throttle, and its timeout does not cover the body.
	const client = ky.create({retry: 0, timeout: false, throwHttpErrors: false});

	async function exchange(
		{path, parameters, body: sentBody}: Query,
		accessToken: string,
		signal: AbortSignal,
	): Promise<Answer> {
		const url = new URL(path, root);
		for (const [name, value] of parameters) {
			url.searchParams.append(name, value);
		}

		let sent: Request | undefined;
		const response = await client(url, {
			...(sentBody !== undefined && {method: 'post', json: sentBody}),
			fetch(request) {
				// Past ky, whose errors would hold the token. It would also copy the headers several times, and put the
				// signal behind an `AbortSignal.any`, which is slow to make and slow to collect.
				sent = new Request(request, {
					headers: {
						accept: 'application/json',
						authorization: `Bearer ${accessToken}`,
						...(sentBody !== undefined && {'content-type': 'application/json'}),
					},
					// A redirect could take the token to another origin.
					redirect: 'manual',
					signal,
				});
				return call(fetch, sent);
			},
		});
		const isOk = response.status >= 200 && response.status < 300;
		const body = await (isOk ? response.text() : readError(response)).catch(error => {
			throw asFailure(error, "HubSpot's answer was cut off");
		});
		// Held until here: once it is collected, Node's fetch no longer hears of an abort, and its request continues.
		sent = undefined;
		const date = new Date(response.headers.get('date') ?? Number.NaN);
		const observedAt = Number.isNaN(date.getTime()) ? new Date() : date;
		const rateLimit = parseRateLimit(response.headers);
		if (!isOk) {
			throw responseError({response, body, observedAt, rateLimit, accessToken, interval});
		}

		return {body, observedAt, rateLimit};
	}

	return async (query, accessToken, signal) => {
		// A signal of its own for each attempt: what fetch hangs on it is gone with the attempt.
		const attempt = new AbortController();
		const onAbort = () => attempt.abort(signal.reason);
		signal.throwIfAborted();
		signal.addEventListener('abort', onAbort, {once: true});
		const deadline = setTimeout(() => {
			attempt.abort(new RequestError(`HubSpot did not answer within ${timeout} ms`));
		}, timeout);
		try {
			return await abortable(attempt.signal, () => exchange(query, accessToken, attempt.signal));
		} catch (error) {
			throw attempt.signal.aborted ? attempt.signal.reason : error;
		} finally {
			clearTimeout(deadline);
			signal.removeEventListener('abort', onAbort);
		}
	};
}

async function call(fetch: Connection['fetch'], request: Request): Promise<Response> {
	let response: Response;
	try {
		response = await fetch(request);
	} catch (error) {
		throw asFailure(error, 'HubSpot was not reached');
	}

	const isWhole =
		typeof response?.text === 'function' &&
		typeof response.headers?.get === 'function' &&
		response.type !== 'error' &&
		!response.bodyUsed &&
		!response.body?.locked;
	if (!isWhole) {
		throw new PaginationError('The `fetch` function gave no `Response`, or one that failed or had been read');
	}

	return response;
}

/** Characters: no error that is worth reading is longer, and one without an end would fill the memory. */
const mostOfError = 2 ** 22;

/** Piece by piece, to leave an error that has no end. */
async function readError(response: Response): Promise<string> {
	const reader = response.body?.getReader?.();
	// Empty, or a stream of another kind, as in some packages that have a `fetch`.
	if (!reader) {
		return response.text();
	}

	const decoder = new TextDecoder();
	let text = '';
	while (text.length <= mostOfError) {
		const {done, value} = await reader.read();
		if (done) {
			return text + decoder.decode();
		}

		text += decoder.decode(value, {stream: true});
	}

	await reader.cancel();
	return text;
}
