import type {RateLimit} from '../rate-limit.ts';
import {findThread} from '../read/find-thread.ts';
import type {Parameter} from '../request/parameters.ts';
import type {Read} from '../request/read.ts';
import type {ParseItems} from '../walk/schema.ts';
import {sideBySide} from '../walk/side-by-side.ts';

export interface MissingReader<T> {
	readonly read: Read;
	readonly parameters: readonly Parameter[];
	readonly parseItems: ParseItems<T>;
	readonly pageSize: number;
}

/** What several reads by id have found. */
export interface FoundMissing<T> {
	readonly threads: T[];
	/** Ids of threads that HubSpot does not have. */
	readonly gone: string[];
	readonly observedAt: Date;
	rateLimit: RateLimit | undefined;
	attempts: number;
	retries: number;
}

/** Reads threads by their ids, side by side, a page's worth at most in a batch. */
export async function* readMissing<T>(
	ids: Iterable<string>,
	{read, parameters, parseItems, pageSize}: MissingReader<T>,
	signal: AbortSignal,
): AsyncGenerator<FoundMissing<T>, void> {
	async function readThread(id: string, signal: AbortSignal) {
		const {value, ...answered} = await findThread(read, id, parameters, signal);
		return {...answered, gone: value ? [] : [id], threads: await parseItems(value ? [value] : [], signal)};
	}

	let batch: FoundMissing<T> | undefined;
	for await (const {threads, gone, ...answered} of sideBySide(ids, readThread, signal)) {
		// A batch has one `observedAt`: with threads of another second in it, that would be untrue of some of them, and
		// the sink could keep an older state.
		const isOther = batch?.observedAt.getTime() !== answered.observedAt.getTime();
		if (batch && (isOther || batch.threads.length + batch.gone.length === pageSize)) {
			yield batch;
			batch = undefined;
		}

		batch ??= {threads: [], gone: [], ...answered, attempts: 0, retries: 0};
		batch.threads.push(...threads);
		batch.gone.push(...gone);
		batch.rateLimit = answered.rateLimit;
		batch.attempts += answered.attempts;
		batch.retries += answered.retries;
	}

	if (batch) {
		yield batch;
	}
}
