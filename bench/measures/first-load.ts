import {all, ours, peers} from '../lineup.ts';
import {race} from '../race.ts';
import {requestsPerSecond, shareOfLimit, timesRefused} from '../rate.ts';
import {type Measure, percent, seconds, type Table, times, type Verdict} from '../section.ts';
import {figures, leastOf, median, ratio} from '../statistics.ts';
import {walked} from '../walked.ts';

const threads = 100_000;
const limit = 190;
const rate = {limit, interval: 10_000};
const rounds = 2;
const sync = ours.filter(({contender}) => contender === 'sync');
const others = all.filter(entry => !sync.includes(entry));

export const measure: Measure = async () => {
	const spreads = [await ofSpread('uniform'), await ofSpread('tail')];
	return {
		title: 'First load',
		about: `Wall time of reading ${threads.toLocaleString('en')} threads, 500 a page, at 250 ms latency and ${limit} requests per 10 s: spread evenly over time, and 80 % of them in the last 2 % of the time. The share of the limit is that of a rolling window, while the limit is what is waited for; requests per second are those of the whole run, with its beginning and its end. Medians of ${rounds} rounds; \`sync()\` runs alone, the others, who wait most of the time, side by side with a HubSpot of their own each.`,
		tables: spreads.map(({table}) => table),
		verdicts: spreads.map(({verdict}) => verdict),
	};
};

async function ofSpread(spread: 'uniform' | 'tail'): Promise<{table: Table; verdict: Verdict}> {
	const runs = await race({
		title: `first load, ${spread}`,
		rounds,
		groups: [sync, others],
		server: {threads, spread, latency: 250, limit},
		rate,
	});
	const wall = figures(runs, run => run.wall);
	const shares = figures(runs, ({log}) => shareOfLimit(log.times, limit, rate.interval));
	const speeds = figures(runs, requestsPerSecond);
	const refusals = figures(runs, timesRefused);
	const share = (name: string) => median(shares(name));
	const refused = (name: string) => Math.max(...refusals(name));
	const [name] = sync.map(({name}) => name) as [string];
	// The loops and our own walks are sequential too, and count.
	const next = leastOf(others, wall);
	const peer = leastOf(peers, wall);
	const speedUp = ratio(wall(next), wall(name));

	return {
		table: {
			caption: spread,
			columns: [
				'contender',
				'wall time',
				'speed of `sync()`',
				'requests',
				'per second',
				'share of the limit',
				'429',
				'threads',
			],
			rows: [...runs].map(([contender, own]) => [
				contender,
				seconds(median(wall(contender))),
				times(ratio(wall(contender), wall(name))),
				String(median(own.map(({log}) => log.times.length))),
				median(speeds(contender)).toFixed(1),
				percent(share(contender)),
				String(refused(contender)),
				walked(own, threads),
			]),
		},
		verdict: {
			measure: `First load of ${threads.toLocaleString('en')} threads, ${spread}, ${name}`,
			ours: `${seconds(median(wall(name)))}, ${percent(share(name))} of the limit, ${median(speeds(name)).toFixed(1)} requests per second with its beginning and its end, ${refused(name)} times 429`,
			peer: `${seconds(median(wall(peer)))} (${peer}), ${times(speedUp)} as long at least`,
			target: '95 % of the limit, no 429, every peer 4 × as long',
			isMet: share(name) >= 0.95 && refused(name) === 0 && speedUp >= 4,
		},
	};
}
