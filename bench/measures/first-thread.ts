import {all, inTurn, ours, peers} from '../lineup.ts';
import {race} from '../race.ts';
import {type Measure, times} from '../section.ts';
import {figures, leastOf, median, ratio} from '../statistics.ts';

const rounds = 11;

export const measure: Measure = async () => {
	const runs = await race({
		title: 'first thread',
		rounds,
		groups: inTurn(all),
		server: {threads: 500, latency: 250},
		sharesServer: true,
	});
	const wait = figures(runs, run => run.toFirstThread);
	const toLoop = (name: string) => ratio(wait(name), wait('bare `fetch` loop'));
	const best = leastOf(peers, wait);
	const fromStart = figures(runs, run => run.fromStart);
	const toLoopFromStart = (name: string) => ratio(fromStart(name), fromStart('bare `fetch` loop'));
	const ms = (values: readonly number[]) => `${median(values).toFixed(0)} ms`;

	return {
		title: 'Time to the first thread',
		about: `To the first of 500 threads, at 250 ms latency, in a fresh process: from the call, when the contender has been imported, and from the start of the process. Node loads its \`fetch\` when it is first used, and importing ky uses it: the loop does that after the call, we do before it. Medians of ${rounds} rounds, ratios of the same round.`,
		tables: [
			{
				columns: ['contender', 'from the call', 'to bare `fetch`', 'from the start', 'to bare `fetch`'],
				rows: [...runs.keys()].map(name => [
					name,
					ms(wait(name)),
					times(toLoop(name)),
					ms(fromStart(name)),
					times(toLoopFromStart(name)),
				]),
			},
		],
		verdicts: ours.map(({name}) => ({
			measure: `Time to the first thread, ${name}`,
			ours: `${ms(wait(name))}, ${times(toLoop(name))} the loop; ${times(toLoopFromStart(name))} from the start`,
			peer: `${ms(wait(best))} (${best})`,
			target: '1.05 × the bare `fetch` loop, both',
			isMet: toLoop(name) <= 1.05 && toLoopFromStart(name) <= 1.05,
		})),
	};
};
