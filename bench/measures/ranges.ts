import {type Entry, race} from '../race.ts';
import {requestsPerSecond, timesRefused} from '../rate.ts';
import {type Measure, percent, seconds, times, type Verdict} from '../section.ts';
import {walked} from '../walked.ts';

const threads = 200_000;
const latency = 250;
const limit = 190;
const concurrency = 6;
const pages = threads / 500;
const sync: Entry = {name: '`sync()`', contender: 'sync'};
const sequential: Entry = {name: 'sequential', contender: 'sync-sequential'};

export const measure: Measure = async () => {
	const rows: string[][] = [];
	const verdicts: Verdict[] = [];
	for (const spread of ['uniform', 'recent', 'tail', 'import'] as const) {
		const server = {threads, spread, latency};
		const free = await race({title: `ranges, ${spread}, no limit`, rounds: 1, groups: [[sync]], server});
		const limited = await race({
			title: `ranges, ${spread}, ${limit} per 10 s`,
			rounds: 1,
			groups: [[sync], [sequential]],
			server: {...server, limit},
			rate: {limit, interval: 10_000},
		});
		const [fast] = free.get(sync.name) ?? [];
		const [ours] = limited.get(sync.name) ?? [];
		const [slow] = limited.get(sequential.name) ?? [];
		if (!fast || !ours || !slow) {
			throw new Error('A contender did not run');
		}

		const rounds = fast.wall / latency / (pages / concurrency);
		const extra = fast.log.times.length / slow.log.times.length - 1;
		const share = requestsPerSecond(ours) / (limit / 10);
		const refused = timesRefused(ours);
		rows.push([
			spread,
			seconds(slow.wall),
			`${requestsPerSecond(slow).toFixed(1)}, ${percent(requestsPerSecond(slow) / (limit / 10))}`,
			seconds(ours.wall),
			`${requestsPerSecond(ours).toFixed(1)}, ${percent(share)}`,
			times(slow.wall / ours.wall),
			String(refused),
			times(rounds),
			percent(extra),
			walked([fast, ours, slow], threads),
		]);
		verdicts.push({
			measure: `\`sync()\` of ${spread} threads`,
			ours: `${percent(share)} of the limit, ${refused} times 429; without a limit ${times(rounds)} the ideal time, ${percent(extra)} extra requests`,
			peer: `${percent(requestsPerSecond(slow) / (limit / 10))} (one range after the other)`,
			target: '95 % of the limit, no 429; 1.10 × the ideal number of rounds, 5 % extra',
			isMet: share >= 0.95 && refused === 0 && rounds <= 1.1 && extra <= 0.05,
		});
	}

	return {
		title: 'Ranges side by side',
		about: `\`sync()\` of ${threads.toLocaleString('en')} threads, ${pages} pages, at ${latency} ms latency, with ${concurrency} ranges side by side and with one: under a limit of ${limit} requests per 10 s, and without a limit. Ideal is one round of ${latency} ms for each ${concurrency} pages. One run of each.`,
		tables: [
			{
				columns: [
					'spread',
					'one range',
					'requests per second, share',
					'`sync()`',
					'requests per second, share',
					'speed-up',
					'429',
					'to the ideal, no limit',
					'extra requests',
					'threads',
				],
				rows,
			},
		],
		verdicts,
	};
};
