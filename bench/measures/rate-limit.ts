import {all, ours, peers} from '../lineup.ts';
import {race} from '../race.ts';
import {mostInWindow, shareOfLimit, timesRefused} from '../rate.ts';
import {type Measure, percent, seconds} from '../section.ts';
import {figures, median} from '../statistics.ts';
import {walked} from '../walked.ts';

const limit = 190;
const interval = 10_000;
const threads = 1000;
const walks = 6;
const pageSize = 10;
const rounds = 2;

export const measure: Measure = async () => {
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
		about: `${walks} walks that share what the contender can share, over 100 pages each, at 20 to 300 ms latency, while the event loop stands still for 300 ms once in two seconds. HubSpot allows ${limit} requests in any 10 s, and counts. The share is 10 s over the median time from one request to the ${limit}th after it. The worst of ${rounds} rounds, side by side with a HubSpot of their own each.`,
		tables: [
			{
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
		],
		verdicts: ours.map(({name}) => ({
			measure: `Requests in any 10 s, ${walks} walks, ${name}`,
			ours: `${most(name)}, ${refused(name)} times 429, ${shown(name)} of the limit`,
			peer: `${most(best)}, ${refused(best)} times 429, ${shown(best)} (${best})`,
			target: `never above ${limit}, 95 % of it used`,
			isMet: most(name) <= limit && refused(name) === 0 && share(name) >= 0.95,
		})),
	};
};
