import {all, inTurn, ours, peers} from '../lineup.ts';
import {race} from '../race.ts';
import {count, type Measure, times} from '../section.ts';
import {figures, leastOf, median, ratio} from '../statistics.ts';
import {walked} from '../walked.ts';

const few = 10_000;
const more = 100_000;
const many = 1_000_000;
const rounds = 2;

export const measure: Measure = async () => {
	const [small, medium, large] = [await ofThreads(few), await ofThreads(more), await ofThreads(many)];
	const before = figures(small, run => run.peakMemory);
	const between = figures(medium, run => run.peakMemory);
	const memory = figures(large, run => run.peakMemory);
	const growth = (name: string) => ratio(memory(name), before(name));
	const aboveLoop = (name: string) =>
		median(memory(name).map((own, round) => own - (memory('bare `fetch` loop')[round] as number)));
	const best = leastOf(peers, memory);
	const mb = (megabytes: number) => `${megabytes.toFixed(0)} MB`;

	return {
		title: 'Peak memory',
		about: `Peak resident memory of the process (\`process.resourceUsage().maxRSS\`), Node and the modules included, after a walk over ${count(few)}, ${count(more)} and ${count(many)} threads, 500 a page. What is garbage stays until V8 collects it, and V8 lets its heap grow before it does: the bare loop shows by how much. Medians of ${rounds} rounds.`,
		tables: [
			{
				columns: [
					'contender',
					count(few),
					count(more),
					count(many),
					'growth',
					'above bare `fetch`',
					'threads walked',
				],
				rows: [...large].map(([name, own]) => [
					name,
					mb(median(before(name))),
					mb(median(between(name))),
					mb(median(memory(name))),
					times(growth(name)),
					mb(aboveLoop(name)),
					walked(own, many),
				]),
			},
		],
		verdicts: ours.map(({name}) => ({
			measure: `Peak memory of ${count(many)} threads, ${name}`,
			ours: `${mb(median(memory(name)))}, ${times(growth(name))} that of ${count(few)}, ${mb(aboveLoop(name))} above the loop`,
			peer: `${mb(median(memory(best)))} (${best})`,
			target: '1.3 × that of 10,000 threads, 30 MB above the loop',
			isMet: growth(name) <= 1.3 && aboveLoop(name) <= 30,
		})),
	};
};

function ofThreads(threads: number) {
	return race({
		title: `memory, ${count(threads)} threads`,
		rounds,
		warmsUp: true,
		groups: inTurn(all),
		server: {threads, isReady: true},
		sharesServer: true,
	});
}
