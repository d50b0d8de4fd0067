export interface PageOfItems<T> {
	readonly items: readonly T[];
}

/**
 * The generator of this would be five lines, and would take three times as long for each item: most are on the
 * page already, and those are answered without a detour.
 */
export class Items<T> implements AsyncGenerator<T, void> {
	readonly #pages: AsyncGenerator<PageOfItems<T>, void>;
	readonly #signal: AbortSignal | undefined;
	#items: readonly T[] = [];
	#given = 0;
	/** After `return()` or `throw()`: a page may still be on its way to a call of `next()`. */
	#isStopped = false;
	/** Calls of `next()` that wait for a page; later ones queue behind them. */
	#waiting = 0;
	#lastWait: Promise<unknown> = Promise.resolve();

	constructor(pages: AsyncGenerator<PageOfItems<T>, void>, signal: AbortSignal | undefined) {
		this.#pages = pages;
		this.#signal = signal;
	}

	next(): Promise<IteratorResult<T, void>> {
		if (this.#given < this.#items.length && this.#waiting === 0 && !this.#signal?.aborted) {
			return Promise.resolve({done: false, value: this.#items[this.#given++] as T});
		}

		this.#waiting++;
		const result = this.#lastWait.then(() => this.#nextOfPages());
		this.#lastWait = result.catch(() => {});
		return result;
	}

	async #nextOfPages(): Promise<IteratorResult<T, void>> {
		try {
			if (this.#signal?.aborted) {
				this.#items = [];
			}

			while (this.#given >= this.#items.length) {
				// Kept until the next page is there, it would raise the peak of memory: by 20 MB over a million threads.
				this.#items = [];
				const {done, value: page} = await this.#pages.next();
				if (done || this.#isStopped) {
					return {done: true, value: undefined};
				}

				this.#items = page.items;
				this.#given = 0;
			}

			return {done: false, value: this.#items[this.#given++] as T};
		} finally {
			// Before the caller continues: its next call must find nobody waiting.
			this.#waiting--;
		}
	}

	return(value?: void | PromiseLike<void>): Promise<IteratorResult<T, void>> {
		this.#stop();
		return this.#pages.return(value) as Promise<IteratorReturnResult<void>>;
	}

	throw(error: unknown): Promise<IteratorResult<T, void>> {
		this.#stop();
		return this.#pages.throw(error) as Promise<IteratorReturnResult<void>>;
	}

	#stop(): void {
		this.#isStopped = true;
		this.#items = [];
	}

	[Symbol.asyncIterator](): this {
		return this;
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.return();
	}
}
