import {every, hours, type NightRun, runsBefore, runsOfNight, spendNight} from '../quiet-night.ts';
import {progress} from '../race.ts';
import {count, type Measure} from '../section.ts';
import {inVirtualTime, minute} from '../virtual-hubspot.ts';

const changesOfRun = [0, 1, 10, 100] as const;
/** Enough that no thread gets two messages. */
const threads = 12_000;

export const measure: Measure = async () => {
	const nights = [];
	for (const changes of changesOfRun) {
		progress(`night, ${changes} changes a run`);
		const night = await inVirtualTime({threads}, hubspot => spendNight(hubspot, changes));
		nights.push({changes, ...night});
	}

	const idle = nights.filter(({changes}) => changes === 0).flatMap(({runs}) => runs);
	const missingInAll = nights.reduce((sum, {missing}) => sum + missing, 0);

	return {
		title: 'A quiet night',
		about: `\`sync()\` every ${every / minute} minutes for ${hours} hours, ${runsOfNight} runs, with the default \`overlap\` of an hour, over an account of ${count(threads)} threads that are stored already. Between two runs so many threads get a message, evenly, and each time others; in the hour before the night, too. A thread is repeated if the sink has it in the same state already: the overlap goes back over the ${runsBefore} runs before, and from the latest message, so that an idle run repeats the thread that has it. Virtual time, in one process, and answers that take none: what is counted does not depend on the machine.`,
		tables: [
			{
				columns: [
					'changes a run',
					'requests a run',
					'requests a night',
					'new states a run',
					'repeated threads a run',
					'of these twice in the run',
					'missing in the morning',
				],
				rows: nights.map(({changes, runs, missing}) => [
					String(changes),
					extent(runs, ({requests}) => requests),
					count(runs.reduce((sum, {requests}) => sum + requests, 0)),
					extent(runs, ({news}) => news),
					extent(runs, ({repeated}) => repeated),
					extent(runs, ({twice}) => twice),
					String(missing),
				]),
			},
		],
		verdicts: [
			{
				measure: 'Requests of an idle run, `sync()`',
				ours: `${extent(idle, ({requests}) => requests)}; ${missingInAll} threads missing after the nights`,
				peer: '',
				target: '1, and no thread missing',
				isMet: idle.every(({requests}) => requests === 1) && missingInAll === 0,
			},
		],
	};
};

/** One number, or the least and the most. */
function extent(runs: readonly NightRun[], pick: (run: NightRun) => number): string {
	const values = runs.map(pick);
	return [...new Set([Math.min(...values), Math.max(...values)])].map(count).join(' to ');
}
