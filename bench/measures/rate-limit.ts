import {all, ours, peers} from '../lineup.ts';
import {race} from '../race.ts';
import {mostInWindow, shareOfLimit, timesRefused} from '../rate.ts';
import {interval, limit, runScenarios, type Scenario} from '../rate-scenarios.ts';
import {type Measure, percent, seconds} from '../section.ts';
import {figures, median} from '../statistics.ts';
import {walked} from '../walked.ts';

const threads = 800;
const walks = 6;
const pageSize = 10;
const rounds = 2;

/** Milliseconds: a window to begin with, and two of the long run. */
const duration = 32_000;

/** Those who know nothing of each other need some windows to find their parts. */
const longDuration = 52_000;

const ofOneProcess: readonly Scenario[] = [
	...[50, 250, 1000, 3000].flatMap(latency =>
		[6, 70].map(walks => ({
			title: `answers after ${latency} ms`,
			contender: 'paginate',
			walks: [walks],
			server: {latency},
			isBelowLimit: (walks * interval) / latency < limit,
		})),
	),
	{
		title: 'cold connections, which take 450 ms',
		contender: 'paginate',
		walks: [12],
		server: {latency: 50, opening: 450},
	},
	{
		title: 'the event loop stands still for 400 ms, once in two seconds',
		contender: 'paginate',
		walks: [12],
		server: {latency: 50},
		stall: 400,
	},
];

const ofTwo: readonly Scenario[] = [
	[6, 6],
	[12, 3],
	[20, 20],
].map(walks => ({title: 'two processes', contender: 'paginate-alone', walks, server: {latency: [100, 300]}}));

const ofEight: readonly Scenario[] = [
	['PostgreSQL', 'paginate-postgres'] as const,
	['Redis', 'paginate-redis'] as const,
].map(([store, contender]) => ({
	title: `eight processes over ${store}`,
	contender,
	walks: Array.from({length: 8}, () => 4),
	server: {latency: 300},
}));

export const measure: Measure = async () => {
	// One group after the other: more processes at a time would be a measure of the machine.
	const groups = [
		await runScenarios('our walks in one process', ofOneProcess, duration, {
			used: 0.95,
			refused: 0,
			evenness: 0,
		}),
		await runScenarios('processes with nothing in common', ofTwo, longDuration, {
			used: 0.93,
			refused: 0.005,
			evenness: 0.5,
		}),
		await runScenarios('processes that share a throttle', ofEight, duration, {
			used: 0.93,
			refused: 0,
			evenness: 0.85,
		}),
	];
	const runs = await race({
		title: 'rate limit',
		rounds,
		groups: [all.map(entry => ({...entry, walks, stall: 300}))],
		server: {threads, latency: [20, 300], limit},
		pageSize,
		rate: {limit, interval},
	});
	const windows = figures(runs, ({log}) => mostInWindow(log.times, interval));
	const shares = figures(runs, ({log}) => shareOfLimit(log.times, limit, interval));
	const refusals = figures(runs, timesRefused);
	const most = (name: string) => Math.max(...windows(name));
	const share = (name: string) => Math.min(...shares(name));
	const refused = (name: string) => Math.max(...refusals(name));
	const [best] = peers
		.map(({name}) => name)
		.toSorted((a, b) => refused(a) - refused(b) || share(b) - share(a)) as [string];
	const shown = (name: string) => (share(name) > 0 ? percent(share(name)) : 'none');

	return {
		title: 'The rate limit',
		about: `${walks} walks that share what the contender can share, over ${threads / pageSize} pages each, at 20 to 300 ms latency, while the event loop stands still for 300 ms once in two seconds. HubSpot allows ${limit} requests in any 10 s, and counts. The share is 10 s over the median time from one request to the ${limit}th after it. The worst of ${rounds} rounds, side by side with a HubSpot of their own each. Then this library alone, for ${seconds(duration)}, or ${seconds(longDuration)} where processes have nothing in common; what a process gets is its part of all pages.`,
		tables: [
			{
				caption: 'all contenders',
				columns: [
					'contender',
					'most in 10 s',
					'429',
					'share of the limit',
					'requests',
					'wall time',
					'threads',
				],
				rows: [...runs].map(([name, own]) => [
					name,
					String(most(name)),
					String(refused(name)),
					shown(name),
					String(median(own.map(({log}) => log.times.length))),
					seconds(median(own.map(({wall}) => wall))),
					walked(own, walks * threads),
				]),
			},
			...groups.map(({table}) => table),
		],
		verdicts: [
			...ours.map(({name}) => ({
				measure: `Requests in any 10 s, ${walks} walks, ${name}`,
				ours: `${most(name)}, ${refused(name)} times 429, ${shown(name)} of the limit`,
				peer: `${most(best)}, ${refused(best)} times 429, ${shown(best)} (${best})`,
				target: `never above ${limit}, 95 % of it used`,
				isMet: most(name) <= limit && refused(name) === 0 && share(name) >= 0.95,
			})),
			...groups.flatMap(({verdicts}) => verdicts),
		],
	};
};
