import type {Entry, Run, Runs} from './race.ts';

export function median(values: readonly number[]): number {
	const sorted = values.toSorted((a, b) => a - b);
	const half = sorted.length >> 1;
	const upper = sorted[half] as number;
	return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] as number) + upper) / 2;
}

/** The median of the ratios of each round: what slows a round down slows both. */
export function ratio(values: readonly number[], others: readonly number[]): number {
	return median(values.map((value, round) => value / (others[round] as number)));
}

/** Of one contender, in the order of the rounds. */
export type Figures = (name: string) => readonly number[];

export function figures(runs: Runs, pick: (run: Run) => number): Figures {
	return name => runs.get(name)?.map(pick) ?? [];
}

/** The name of the one whose median is the least. */
export function leastOf(entries: readonly Entry[], figuresOf: Figures): string {
	const [best] = entries.toSorted((a, b) => median(figuresOf(a.name)) - median(figuresOf(b.name)));
	return best?.name ?? '';
}
