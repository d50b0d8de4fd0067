import {MalformedPageError, type ResponseError} from '../errors.ts';
import {threadsPath} from '../lists/threads.ts';
import {parseObject} from '../request/object.ts';
import type {Parameter} from '../request/parameters.ts';
import type {Answered, Read} from '../request/read.ts';
import {asAbsence} from './absence.ts';

/** What came of the requests for one thread. */
export interface FoundThread extends Pick<Answered, 'observedAt' | 'rateLimit' | 'attempts' | 'retries'> {
	/** Absent if HubSpot does not have it. */
	readonly value?: {readonly id: string};
}

/**
 * Asks up to three times: an archived thread is found only with `archived=true`, and may be restored in between.
 *
 * @throws {MalformedPageError} for the answer to another question, such as a cache mixes up: the thread that was asked
 *   for would be neither there nor gone.
 */
export async function findThread(
	read: Read,
	id: string,
	parameters: readonly Parameter[],
	signal: AbortSignal,
): Promise<FoundThread> {
	const path = `${threadsPath}/${id}`;
	const archived = [...parameters, ['archived', 'true'] as const];
	let absence: ResponseError | undefined;
	let attempts = 0;
	let retries = 0;
	for (const query of [parameters, archived, parameters]) {
		try {
			const found = await read({path, parameters: query}, parseObject, signal);
			const {value, observedAt, rateLimit} = found;
			if (value.id !== id.replace(/^0+(?=\d)/, '')) {
				throw new MalformedPageError('HubSpot answered with another thread than the one that was asked for');
			}

			return {
				value,
				observedAt,
				rateLimit,
				attempts: attempts + found.attempts,
				retries: retries + found.retries,
			};
		} catch (error) {
			absence = asAbsence(error);
			attempts += absence.attempts;
			retries += absence.attempts - 1;
		}
	}

	const {observedAt, rateLimit} = absence as ResponseError;
	return {observedAt, rateLimit, attempts, retries};
}
