import {
	duration,
	groups,
	type Loader,
	latencies,
	loadsAt,
	loopsAt,
	pageSize,
	title,
} from '../first-load-lineup.ts';
import {interval, limit, loadOf, pages, targets, worstOf} from '../loads.ts';
import {type Run, type Runs, race} from '../race.ts';
import {count, type Measure, percent, seconds, setTo, times} from '../section.ts';
import {walked} from '../walked.ts';

export const measure: Measure = async () => {
	const runs = await race({
		title: 'first load',
		rounds: 1,
		groups,
		server: {threads: pages * pageSize, limit},
		pageSize,
		rate: {limit, interval},
	});
	const found = latencies.map(latency => ({
		latency,
		ours: read(loadsAt(latency), runs),
		others: read(loopsAt(latency), runs),
	}));

	return {
		title: 'First load',
		about: `${count(pages * pageSize)} threads, ${pageSize} a page, when HubSpot allows ${limit} requests in any 10 s. \`sync()\` reads all of them, in four spreads over time: evenly (uniform), ever more (recent), 80 % in the last 2 % of the time (tail), half of them within an hour (import). The others read one page after the other, so each is measured on as many pages as it reads in about ${seconds(duration)}, and its time is scaled to ${count(pages)} pages. The share of the limit is the pages that are needed, to those that the limit lets through from the first page to the last. One latency at a time, its four loads side by side, begun one after the other, each with a HubSpot of its own; then the others, two latencies at a time.`,
		tables: found.map(({latency, ours, others}) => ({
			caption: `an answer takes ${setTo(latency)}`,
			columns: [
				'contender',
				`time for ${count(pages)} pages`,
				'share of the limit',
				'extra requests',
				'most in 10 s',
				'429',
				'threads read',
			],
			rows: [...ours, ...others].map(({title, part, run, wall, share, extra, most, refused}) => [
				title,
				part < pages ? `${seconds(wall)}, scaled` : seconds(wall),
				percent(share),
				percent(extra),
				String(most),
				String(refused),
				walked([run], part * pageSize),
			]),
		})),
		verdicts: found.map(({latency, ours, others}) => {
			const {share, extra, wall, refused, isSound} = worstOf(ours, pages * pageSize);
			const [next] = others.toSorted((a, b) => a.wall - b.wall);
			return {
				measure: `First load of ${count(pages)} pages, ${setTo(latency)} each, ${title}`,
				ours: `${seconds(wall)}, at least ${percent(share)} of the limit, at most ${percent(extra)} extra requests, ${refused} times 429`,
				peer: `${seconds(next?.wall ?? 0)} (${next?.title}), ${times((next?.wall ?? 0) / wall)} as long at least`,
				target: `${percent(targets[latency])} of the limit, no 429`,
				isMet: isSound && share >= targets[latency] && refused === 0,
			};
		}),
	};
};

function read(loaders: readonly Loader[], runs: Runs) {
	return loaders.map(({name, title, part}) => ({
		title,
		part,
		...loadOf(runs.get(name)?.[0] as Run, part),
	}));
}
