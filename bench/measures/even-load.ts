import {groups, spreads, startsAt} from '../first-load-lineup.ts';
import {interval, type Latency, limit, loadOf, pages, targets, worstOf} from '../loads.ts';
import {type Entry, type Run, race} from '../race.ts';
import {count, type Measure, percent, seconds, setTo} from '../section.ts';
import {walked} from '../walked.ts';

const pageSize = 500;
const threads = pages * pageSize;

/** More requests than pages, at most. */
const mostExtra: Readonly<Record<Latency, number>> = {
	100: 0.05,
	250: 0.05,
	500: 0.05,
	1000: 0.06,
	2000: 0.08,
	3000: 0.1,
};

const nameOf = (latency: Latency, spread: string) => `${spread}, ${setTo(latency)}`;

const loadsAt = (latency: Latency): readonly Entry[] =>
	spreads.map(spread => ({
		name: nameOf(latency, spread),
		contender: 'sync',
		server: {threads, spread, latency, startsAt, isEven: true},
	}));

export const measure: Measure = async () => {
	const runs = await race({
		title: 'first load, even rows',
		rounds: 1,
		groups: groups.map(latencies => latencies.flatMap(loadsAt)),
		server: {threads, limit},
		pageSize,
		rate: {limit, interval},
	});
	const found = groups
		.flat()
		.toSorted((a, b) => a - b)
		.map(latency => ({
			latency,
			loads: spreads.map(spread => ({
				spread,
				...loadOf(runs.get(nameOf(latency, spread))?.[0] as Run, pages),
			})),
		}));

	return {
		title: 'First load, even rows',
		about: `\`sync()\` over ${count(pages)} pages of ${pageSize} threads, which lie evenly within each spread, as in its tests in virtual time: what is promised there, over HTTP. HubSpot allows ${limit} requests in any 10 s. Two latencies at a time, one run of each, side by side, begun one after the other, each with a HubSpot of its own.`,
		tables: [
			{
				columns: [
					'an answer takes',
					'spread',
					'time',
					'share of the limit',
					'extra requests',
					'most in 10 s',
					'429',
					'threads read',
				],
				rows: found.flatMap(({latency, loads}) =>
					loads.map(({spread, run, wall, share, extra, most, refused}) => [
						setTo(latency),
						spread,
						seconds(wall),
						percent(share),
						percent(extra),
						String(most),
						String(refused),
						walked([run], threads),
					]),
				),
			},
		],
		verdicts: found.map(({latency, loads}) => {
			const {share, extra, wall, refused, isSound} = worstOf(loads, threads);
			return {
				measure: `First load of ${count(pages)} pages with even rows, ${setTo(latency)} each, \`sync()\``,
				ours: `${seconds(wall)}, at least ${percent(share)} of the limit, at most ${percent(extra)} extra requests, ${refused} times 429`,
				peer: '',
				target: `${percent(targets[latency])} of the limit, ${percent(mostExtra[latency])} extra requests, no 429`,
				isMet: isSound && share >= targets[latency] && extra <= mostExtra[latency] && refused === 0,
			};
		}),
	};
};
