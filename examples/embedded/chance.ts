/** Choices that depend on nothing but their numbers: the same for every run, and in any order. */
export interface Chance {
	/** From 0 to 1; `what` tells the choices about one thread apart. */
	of(what: number): number;
	pick<T>(what: number, choices: readonly [T, ...T[]]): T;
}

export function createChance(seed: number, number: number): Chance {
	const of = (what: number) => mix(seed, number % 2 ** 32, Math.floor(number / 2 ** 32), what) / 2 ** 32;
	return {
		of,
		pick: (what, choices) => choices[Math.floor(of(what) * choices.length)] as (typeof choices)[number],
	};
}

function mix(...numbers: readonly number[]): number {
	let bits = 0x9e3779b9;
	for (const number of numbers) {
		bits = Math.imul(bits ^ number, 0x85ebca6b);
		bits = Math.imul(bits ^ (bits >>> 15), 0x2c1b3c6d);
		bits ^= bits >>> 13;
	}

	return (bits ^ (bits >>> 16)) >>> 0;
}
