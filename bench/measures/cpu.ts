import {type FullSpeedWalk, million, walkAtFullSpeed} from '../full-speed.ts';
import {ours, peers} from '../lineup.ts';
import {count, type Measure, times, type Verdict} from '../section.ts';
import {figures, leastOf, median, ratio} from '../statistics.ts';
import {walked} from '../walked.ts';

interface Size {
	readonly walk: FullSpeedWalk;
	/** Times the bare `fetch` loop. */
	readonly targets: {readonly walk: number; readonly sync: number};
}

const sizes: readonly Size[] = [
	{walk: million, targets: {walk: 1.05, sync: 1.15}},
	{walk: {pageSize: 100, threads: 500_000, rounds: 2}, targets: {walk: 1.15, sync: 1.15}},
];

export const measure: Measure = async () => {
	const found = [];
	for (const size of sizes) {
		found.push(await ofSize(size));
	}

	return {
		title: 'CPU time per thread',
		about:
			'User and system time of the process from the call to the end of a walk, without latency; the server answers from memory. Medians, and ratios of the same round.',
		tables: found.map(({table}) => table),
		verdicts: found.flatMap(({verdicts}) => verdicts),
	};
};

async function ofSize({walk, targets}: Size) {
	const {pageSize, threads, rounds} = walk;
	const runs = await walkAtFullSpeed(walk);
	const cpu = figures(runs, run => run.cpu);
	const toFetch = (name: string) => ratio(cpu(name), cpu('bare `fetch` loop'));
	const perThread = (name: string) => `${((median(cpu(name)) / threads) * 1000).toFixed(2)} µs`;
	const best = leastOf(peers, cpu);
	const ofKy = toFetch('bare ky loop');

	const verdicts: Verdict[] = ours.map(({name, contender}) => {
		const target = contender === 'sync' ? targets.sync : targets.walk;
		return {
			measure: `CPU time per thread, ${pageSize} a page, ${name}`,
			ours: `${perThread(name)}, ${times(toFetch(name))} bare \`fetch\``,
			peer: `${perThread(best)} (${best})`,
			target: `${times(target)} bare \`fetch\``,
			isMet: toFetch(name) <= target,
			fact: ofKy > target ? `the loop with ky alone takes ${times(ofKy)}` : undefined,
		};
	});
	return {
		table: {
			caption: `${pageSize} a page, ${count(threads)} threads, ${rounds} rounds`,
			columns: ['contender', 'CPU per thread', 'to bare `fetch`', 'to bare ky', 'threads walked'],
			rows: [...runs].map(([name, own]) => [
				name,
				perThread(name),
				times(toFetch(name)),
				times(ratio(cpu(name), cpu('bare ky loop'))),
				walked(own, threads),
			]),
		},
		verdicts,
	};
}
