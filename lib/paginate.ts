import type {PaginateOptions} from './options.ts';
import {type Page, pages} from './pages.ts';
import type {Thread} from './thread.ts';

/**
 * Yields every HubSpot conversation thread that the options select, one at a time, in HubSpot's order. Makes no
 * request before the first `next()`, and stops at once on `break`, `return()` or an abort.
 *
 * ```ts
 * import {paginate} from 'hubspot-threads';
 *
 * const accessToken = process.env.HUBSPOT_ACCESS_TOKEN!;
 * for await (const thread of paginate({accessToken, inboxId: 481939})) {
 *   console.log(thread.id, thread.status);
 * }
 * ```
 *
 * @throws {TypeError} at the call, for options that HubSpot would refuse or silently ignore.
 * @throws {PaginationError} from the walk, with a `resume` to go on from; an abort rejects with `signal.reason`.
 * @see https://developers.hubspot.com/docs/api-reference/conversations-inbox-messages-v3/guide
 */
export function paginate<T = Thread>(options: PaginateOptions<T>): AsyncGenerator<T, void> {
	return new Threads(pages(options), options.signal);
}

/**
 * The generator of this would be five lines, and would take three times as long for each thread: most are on the
 * page already, and those are answered without a detour.
 */
class Threads<T> implements AsyncGenerator<T, void> {
	readonly #pages: AsyncGenerator<Page<T>, void>;
	readonly #signal: AbortSignal | undefined;
	#threads: readonly T[] = [];
	#given = 0;
	/** Calls of `next()` that wait for a page; later ones queue behind them. */
	#waiting = 0;
	#lastWait: Promise<unknown> = Promise.resolve();

	constructor(pages: AsyncGenerator<Page<T>, void>, signal: AbortSignal | undefined) {
		this.#pages = pages;
		this.#signal = signal;
	}

	next(): Promise<IteratorResult<T, void>> {
		if (this.#given < this.#threads.length && this.#waiting === 0 && !this.#signal?.aborted) {
			return Promise.resolve({done: false, value: this.#threads[this.#given++] as T});
		}

		this.#waiting++;
		const result = this.#lastWait.then(() => this.#nextOfPages());
		this.#lastWait = result.catch(() => {});
		return result;
	}

	async #nextOfPages(): Promise<IteratorResult<T, void>> {
		try {
			if (this.#signal?.aborted) {
				this.#threads = [];
			}

			while (this.#given >= this.#threads.length) {
				const {done, value: page} = await this.#pages.next();
				if (done) {
					return {done, value: undefined};
				}

				this.#threads = page.threads;
				this.#given = 0;
			}

			return {done: false, value: this.#threads[this.#given++] as T};
		} finally {
			// Before the caller goes on: its next call must find nobody waiting.
			this.#waiting--;
		}
	}

	return(value?: void | PromiseLike<void>): Promise<IteratorResult<T, void>> {
		this.#threads = [];
		return this.#pages.return(value) as Promise<IteratorReturnResult<void>>;
	}

	throw(error: unknown): Promise<IteratorResult<T, void>> {
		this.#threads = [];
		return this.#pages.throw(error) as Promise<IteratorReturnResult<void>>;
	}

	[Symbol.asyncIterator](): this {
		return this;
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.return();
	}
}
