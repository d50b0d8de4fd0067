/** What a measure found, as it stands in RESULTS.md. */
export interface Section {
	readonly title: string;
	/** What was measured, and how. */
	readonly about: string;
	readonly tables: readonly Table[];
	readonly verdicts: readonly Verdict[];
}

export interface Table {
	readonly caption?: string;
	readonly columns: readonly string[];
	readonly rows: ReadonlyArray<readonly string[]>;
}

/** A target, and what was found: a line of the summary. */
export interface Verdict {
	readonly measure: string;
	readonly ours: string;
	readonly peer: string;
	readonly target: string;
	readonly isMet: boolean;
	/** Why it is no target but a fact: what a prescribed package takes alone. Default: it is a target. */
	readonly fact?: string | undefined;
}

/** What became of a target, in a word. */
export const outcomeOf = ({isMet, fact}: Verdict) => (isMet ? 'met' : fact === undefined ? 'missed' : 'fact');

export type Measure = () => Promise<Section>;

export const times = (ratio: number) => `${ratio.toFixed(2)} ×`;
export const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
export const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;
/** As it is set: without digits that say nothing. */
export const setTo = (milliseconds: number) => `${milliseconds / 1000} s`;
export const count = (number: number) => number.toLocaleString('en');
