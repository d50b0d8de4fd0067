/** Draws that a seed determines. */
export interface Random {
	/** From `min` to `max`, both possible. */
	integer(min: number, max: number): number;
	chance(probability: number): boolean;
	pick<T>(values: readonly T[]): T;
}

export function createRandom(seed: number): Random {
	let state = seed;
	/** Mulberry32. */
	function next() {
		state = (state + 0x6d2b79f5) | 0;
		let bits = Math.imul(state ^ (state >>> 15), state | 1);
		bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
		return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
	}

	return {
		integer: (min, max) => min + Math.floor(next() * (max - min + 1)),
		chance: probability => next() < probability,
		pick: values => values[Math.floor(next() * values.length)] as (typeof values)[number],
	};
}
