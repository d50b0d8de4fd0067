import {all, inTurn, ours, peers} from '../lineup.ts';
import {race} from '../race.ts';
import {type Measure, times, type Verdict} from '../section.ts';
import {figures, leastOf, median, ratio} from '../statistics.ts';
import {walked} from '../walked.ts';

/** So many that what a process does once, such as compiling, is little of it. */
const threads = 1_000_000;

export const measure: Measure = async () => {
	const sizes = [await ofSize(500, 7), await ofSize(100, 5)];
	return {
		title: 'CPU time per thread',
		about: `User and system time of the process from the call to the end of a walk over ${threads.toLocaleString('en')} threads, without latency; the server answers from memory. Medians of 7 rounds (5 with 100 a page), ratios of the same round.`,
		tables: sizes.map(({table}) => table),
		verdicts: sizes.flatMap(({verdicts}) => verdicts),
	};
};

async function ofSize(pageSize: number, rounds: number) {
	const runs = await race({
		title: `CPU, ${pageSize} a page`,
		rounds,
		warmsUp: true,
		groups: inTurn(all),
		server: {threads, isReady: true},
		sharesServer: true,
		pageSize,
	});
	const cpu = figures(runs, run => run.cpu);
	const toFetch = (name: string) => ratio(cpu(name), cpu('bare `fetch` loop'));
	const toKy = (name: string) => ratio(cpu(name), cpu('bare ky loop'));
	const perThread = (name: string) => `${((median(cpu(name)) / threads) * 1000).toFixed(2)} µs`;
	const rows = [...runs].map(([name, own]) => [
		name,
		perThread(name),
		times(toFetch(name)),
		times(toKy(name)),
		walked(own, threads),
	]);
	const best = leastOf(peers, cpu);

	const verdicts: Verdict[] = ours.map(({name}) => ({
		measure: `CPU time per thread, ${pageSize} a page, ${name}`,
		ours: `${perThread(name)}, ${times(toKy(name))} ky, ${times(toFetch(name))} \`fetch\``,
		peer: `${perThread(best)} (${best})`,
		target: `1.10 × ky${pageSize === 500 ? ', 1.15 × `fetch`' : ''}, less than every peer`,
		isMet:
			toKy(name) <= 1.1 &&
			(pageSize !== 500 || toFetch(name) <= 1.15) &&
			peers.every(peer => ratio(cpu(name), cpu(peer.name)) < 1),
	}));
	return {
		table: {
			caption: `${pageSize} a page`,
			columns: ['contender', 'CPU per thread', 'to bare `fetch`', 'to bare ky', 'threads walked'],
			rows,
		},
		verdicts,
	};
}
