import {
	duration,
	groups,
	type Latency,
	loadersAt,
	pageSize,
	pages,
	spreads,
	title,
} from '../first-load-lineup.ts';
import {type Run, type Runs, race} from '../race.ts';
import {mostInWindow, timesRefused} from '../rate.ts';
import {count, type Measure, percent, seconds, setTo, times} from '../section.ts';
import {walked} from '../walked.ts';

const limit = 190;
const interval = 10_000;

/** Of the limit, from the first page to the last. */
const targets: Readonly<Record<Latency, number>> = {
	100: 0.95,
	250: 0.95,
	500: 0.93,
	1000: 0.9,
	2000: 0.85,
	3000: 0.8,
};

export const measure: Measure = async () => {
	const runs = await race({
		title: 'first load',
		rounds: 1,
		groups: groups.map(latencies => latencies.flatMap(loadersAt)),
		server: {threads: pages * pageSize, limit},
		pageSize,
		rate: {limit, interval},
	});
	const found = groups
		.flat()
		.toSorted((a, b) => a - b)
		.map(latency => ({latency, loads: loadsAt(latency, runs)}));

	return {
		title: 'First load',
		about: `${count(pages * pageSize)} threads, ${pageSize} a page, when HubSpot allows ${limit} requests in any 10 s. \`sync()\` reads all of them, in four spreads over time: evenly (uniform), ever more (recent), 80 % in the last 2 % of the time (tail), half of them within an hour (import). The others read one page after the other, so each is measured on as many pages as it reads in about ${seconds(duration)}, and its time is scaled to ${count(pages)} pages. The share of the limit is the pages that are needed, to those that the limit lets through from the first page to the last. Two latencies at a time, one run of each, side by side, each with a HubSpot of its own.`,
		tables: found.map(({latency, loads}) => ({
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
			rows: loads.map(({title, part, run, wall, share, extra, most, refused}) => [
				title,
				part < pages ? `${seconds(wall)}, scaled` : seconds(wall),
				percent(share),
				percent(extra),
				String(most),
				String(refused),
				walked([run], part * pageSize),
			]),
		})),
		verdicts: found.map(({latency, loads}) => {
			const ours = loads.slice(0, spreads.length);
			const others = loads.slice(spreads.length);
			const share = Math.min(...ours.map(({share}) => share));
			const extra = Math.max(...ours.map(({extra}) => extra));
			const most = Math.max(...ours.map(({most}) => most));
			const refused = ours.reduce((sum, {refused}) => sum + refused, 0);
			const wall = Math.max(...ours.map(({wall}) => wall));
			const [next] = others.toSorted((a, b) => a.wall - b.wall);
			const isWhole = ours.every(({run}) => run.threads >= pages * pageSize && !run.error);
			return {
				measure: `First load of ${count(pages)} pages, ${setTo(latency)} each, ${title}`,
				ours: `${seconds(wall)}, at least ${percent(share)} of the limit, at most ${percent(extra)} extra requests, ${refused} times 429`,
				peer: `${seconds(next?.wall ?? 0)} (${next?.title}), ${times((next?.wall ?? 0) / wall)} as long at least`,
				target: `${percent(targets[latency])} of the limit, no 429`,
				isMet: isWhole && share >= targets[latency] && most <= limit && refused === 0,
			};
		}),
	};
};

function loadsAt(latency: Latency, runs: Runs) {
	return loadersAt(latency).map(({name, title, part}) => {
		const [run] = runs.get(name) as readonly [Run];
		const wall = (run.wall * pages) / part;
		return {
			title,
			part,
			run,
			wall,
			share: (pages * interval) / limit / (wall - run.toFirstThread),
			extra: run.log.times.length / part - 1,
			most: mostInWindow(run.log.times, interval),
			refused: timesRefused(run),
		};
	});
}
