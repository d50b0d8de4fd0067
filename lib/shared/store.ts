export interface Rate {
	readonly limit: number;
	readonly interval: number;
}

/** What a process says to the store, in one statement. */
export interface Question {
	/** For a key that the store does not know, and for everybody if `replaces`. */
	readonly rate: Rate;
	readonly replaces: boolean;
	/** Milliseconds in which nobody gets a slot. */
	readonly pause: number;
	/** Whether it asks for a slot. */
	readonly takes: boolean;
}

export interface Answer {
	/** The slot is taken. If not, the next free one is further ahead than `horizon`, and was left where it is. */
	readonly granted: boolean;
	/** Milliseconds until the last slot that was given, on the store's clock: this one if `granted`. */
	readonly wait: number;
	/** As it holds for everybody. */
	readonly rate: Rate;
}

/** One key in a store that all processes share. `ask` rejects with whatever the user's client rejects with. */
export interface Store {
	readonly name: string;
	ask(question: Question): Promise<Answer>;
}

/**
 * A twentieth more than the interval has room for: what a request may be longer on its way than another before both
 * count in one interval. Half of it goes to slots that come late from the store, see `toleranceOf`.
 */
export const slack = 1.05;

/** Two slots are never closer than this, in milliseconds. */
export const gapOf = ({limit, interval}: Rate): number => (interval * slack) / limit;

/** A slot that comes later than this would eat up the slack: 250 ms of HubSpot's ten seconds. */
export const toleranceOf = ({interval}: Rate): number => (interval * (slack - 1)) / 2;

/**
 * Milliseconds: no slot is given further ahead. A store that has lost its state begins so far ahead too, beyond each
 * slot that somebody may still hold; without that, two rows of slots would overlap.
 */
export const horizon = 1000;

/** @throws {TypeError} where the user's function gives something else than its contract says. */
export function parseAnswer(values: readonly unknown[], contract: string): Answer {
	const [granted, wait, limit, interval] = values.map(value =>
		typeof value === 'number' || typeof value === 'string' ? Number(value) : Number.NaN,
	) as [number, number, number, number];
	if (!(Number.isFinite(granted) && Number.isFinite(wait) && limit > 0 && interval > 0)) {
		throw new TypeError(contract);
	}

	return {granted: granted === 1, wait, rate: {limit, interval}};
}
