import {type FullSpeedWalk, million, walkAtFullSpeed} from '../full-speed.ts';
import {ours, peers} from '../lineup.ts';
import {count, type Measure, type Table, times, type Verdict} from '../section.ts';
import {figures, leastOf, median, ratio} from '../statistics.ts';
import {walked} from '../walked.ts';

const mostMemory = 1.3;
/** With a small heap, where the collector works more. */
const mostCpu = 1.15;
const loop = 'bare `fetch` loop';
const ky = 'bare ky loop';

export const measure: Measure = async () => {
	const found = [
		await withHeap('V8’s default heap', million),
		await withHeap('a heap of 64 MB', {...million, rounds: 2, heap: 64}),
	];
	return {
		title: 'Peak memory',
		about: `Peak resident memory of the process (\`process.resourceUsage().maxRSS\`), Node and the modules included, after a walk over ${count(million.threads)} threads, ${million.pageSize} a page, with V8's default heap and with \`--max-old-space-size=64\`; and the CPU time of the walk. Medians, and ratios of the same round.`,
		tables: found.map(({table}) => table),
		verdicts: found.flatMap(({verdicts}) => verdicts),
	};
};

async function withHeap(
	caption: string,
	walk: FullSpeedWalk,
): Promise<{table: Table; verdicts: readonly Verdict[]}> {
	const runs = await walkAtFullSpeed(walk);
	const {threads, rounds, heap} = walk;
	const memory = figures(runs, run => run.peakMemory);
	const cpu = figures(runs, run => run.cpu);
	const toLoop = (name: string) => ratio(memory(name), memory(loop));
	const cpuToLoop = (name: string) => ratio(cpu(name), cpu(loop));
	const mb = (name: string) => `${median(memory(name)).toFixed(0)} MB`;
	const isMet = (name: string) =>
		toLoop(name) <= mostMemory && (heap === undefined || cpuToLoop(name) <= mostCpu);
	const fact = isMet(ky)
		? undefined
		: `the loop with ky alone takes ${times(toLoop(ky))} the memory and ${times(cpuToLoop(ky))} the CPU`;
	const best = heap === undefined ? leastOf(peers, memory) : undefined;

	return {
		table: {
			caption: `${caption}, ${rounds} rounds`,
			columns: ['contender', 'peak', 'to bare `fetch`', 'CPU to bare `fetch`', 'threads walked'],
			rows: [...runs].map(([name, own]) => [
				name,
				mb(name),
				times(toLoop(name)),
				times(cpuToLoop(name)),
				walked(own, threads),
			]),
		},
		verdicts: ours.map(({name}) => ({
			measure: `Peak memory of ${count(threads)} threads with ${caption}, ${name}`,
			ours: `${mb(name)}, ${times(toLoop(name))} the bare loop${heap ? `; ${times(cpuToLoop(name))} its CPU` : ''}`,
			peer: best === undefined ? '' : `${mb(best)} (${best})`,
			target: `${times(mostMemory)} the bare loop${heap ? `; ${times(mostCpu)} its CPU` : ''}`,
			isMet: isMet(name),
			fact,
		})),
	};
}
