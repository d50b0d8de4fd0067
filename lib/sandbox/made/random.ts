/** A number from 0 to 1 that looks random and depends on nothing but its arguments. */
export function hash(seed: number, index: number, what: number): number {
	return hashBits(seed, index, what) / 2 ** 32;
}

/** The same as 32 bits. */
export function hashBits(seed: number, index: number, what: number): number {
	let bits =
		Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^
		Math.imul(index + 1, 0xc2b2ae35) ^
		Math.imul(what + 1, 0x27d4eb2f);
	bits = Math.imul(bits ^ (bits >>> 15), 0x2c1b3c6d);
	bits = Math.imul(bits ^ (bits >>> 12), 0x297a2d39);
	return (bits ^ (bits >>> 15)) >>> 0;
}

/** A number of 32 bits for any text: an id that is a number is its own, so no two of them meet. */
export function numberOf(text: string): number {
	if (/^\d{1,10}$/.test(text) && Number(text) < 2 ** 32) {
		return Number(text);
	}

	let number = 0x811c9dc5;
	for (const letter of text) {
		number = Math.imul(number ^ (letter.codePointAt(0) as number), 0x01000193);
	}

	return number >>> 0;
}

/** Random choices in a row, always the same ones for the same seed and key. */
export interface Random {
	/** From 0 to 1. */
	next(): number;
	/** Whether something happens that happens in this share of all cases. */
	happens(share: number): boolean;
	/** A whole number from `low` to `high - 1`; `low` if there is none. */
	between(low: number, high: number): number;
	pick<T>(choices: readonly [T, ...T[]]): T;
}

export function createRandom(seed: number, key: number): Random {
	let count = 0;
	const next = () => hash(seed, key, 1000 + count++);
	const between = (low: number, high: number) => low + Math.floor(next() * Math.max(0, high - low));
	return {
		next,
		between,
		happens: share => next() < share,
		pick: choices => choices[between(0, choices.length)] as (typeof choices)[number],
	};
}
