import type {Run} from './race.ts';
import {count} from './section.ts';

/** How many threads the runs of a contender walked, and what ended them too early. */
export function walked(runs: readonly Run[], threads: number): string {
	const least = Math.min(...runs.map(run => run.threads));
	const failed = runs.find(({error}) => error !== undefined);
	return [
		least < threads ? `**${count(least)} of ${count(threads)}**` : count(least),
		// Some messages go on with the address.
		...(failed ? [`stopped: ${failed.error?.split(/[:\n]/, 1)}`] : []),
	].join(', ');
}
