/**
 * Ids in 9 bytes each (up to 24 while they are being added), where a `Set` of strings takes 60 and ends at 16.7
 * million. Filled first, then looked at.
 */
export class IdSet {
	#ids = new BigUint64Array(1024);
	#length = 0;
	/** 1: taken out. */
	#isTaken = new Uint8Array();

	/** @param id of 19 digits at most. */
	add(id: string): void {
		if (this.#length === this.#ids.length) {
			const longer = new BigUint64Array(2 * this.#length);
			longer.set(this.#ids);
			this.#ids = longer;
		}

		this.#ids[this.#length++] = BigInt(id);
	}

	/** No id is added after this. */
	close(): void {
		this.#ids = this.#ids.slice(0, this.#length).sort();
		this.#isTaken = new Uint8Array(this.#length);
	}

	/** It may come more than once, or not be there. */
	take(id: string): void {
		if (!/^\d{1,19}$/.test(id)) {
			return;
		}

		const value = BigInt(id);
		let low = 0;
		let high = this.#length;
		while (low < high) {
			const middle = (low + high) >>> 1;
			if ((this.#ids[middle] as bigint) < value) {
				low = middle + 1;
			} else {
				high = middle;
			}
		}

		if (this.#ids[low] === value) {
			this.#isTaken[low] = 1;
		}
	}

	/** What has not been taken out, each id once. */
	*[Symbol.iterator](): Generator<string, void> {
		for (const [index, id] of this.#ids.entries()) {
			// Of equal ids, the first is the one that is taken out, and stands for all.
			if (id !== this.#ids[index - 1] && this.#isTaken[index] === 0) {
				yield String(id);
			}
		}
	}
}
