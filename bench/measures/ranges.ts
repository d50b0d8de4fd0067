import {inTurn} from '../lineup.ts';
import {race} from '../race.ts';
import {requestsPerSecond, shareOfLimit, timesRefused} from '../rate.ts';
import {type Measure, percent, seconds, times, type Verdict} from '../section.ts';
import {walked} from '../walked.ts';

const threads = 200_000;
const latency = 250;
const limit = 190;
const concurrency = 6;
const pages = threads / 500;
const rate = {limit, interval: 10_000};
const spreads = ['uniform', 'recent', 'tail', 'import'] as const;

export const measure: Measure = async () => {
	const slowRuns = await race({
		title: `ranges, one after the other, ${limit} per 10 s`,
		rounds: 1,
		groups: [spreads.map(spread => ({name: spread, contender: 'sync-sequential', server: {spread}}))],
		server: {threads, latency, limit},
		rate,
	});
	const freeRuns = await race({
		title: 'ranges side by side, no limit',
		rounds: 1,
		groups: inTurn(spreads.map(spread => ({name: spread, contender: 'sync', server: {spread}}))),
		server: {threads, latency},
	});
	const limitedRuns = await race({
		title: `ranges side by side, ${limit} per 10 s`,
		rounds: 1,
		groups: inTurn(spreads.map(spread => ({name: spread, contender: 'sync', server: {spread}}))),
		server: {threads, latency, limit},
		rate,
	});

	const rows: string[][] = [];
	const verdicts: Verdict[] = [];
	for (const spread of spreads) {
		const [slow, fast, ours] = [slowRuns, freeRuns, limitedRuns].map(runs => runs.get(spread)?.[0]);
		if (!slow || !fast || !ours) {
			throw new Error('A contender did not run');
		}

		const round = slow.wall / slow.log.times.length;
		const rounds = fast.wall / round / (pages / concurrency);
		const extra = fast.log.times.length / slow.log.times.length - 1;
		const share = shareOfLimit(ours.log.times, limit, rate.interval);
		const slowShare = shareOfLimit(slow.log.times, limit, rate.interval);
		const refused = timesRefused(ours);
		rows.push([
			spread,
			seconds(slow.wall),
			`${requestsPerSecond(slow).toFixed(1)}, ${percent(slowShare)}`,
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
			ours: `${percent(share)} of the limit, ${requestsPerSecond(ours).toFixed(1)} requests per second with its beginning and its end, ${refused} times 429; without a limit ${times(rounds)} the ideal time, ${percent(extra)} extra requests`,
			peer: `${percent(slowShare)} (one range after the other)`,
			target: '95 % of the limit, no 429; 1.10 × the ideal number of rounds, 5 % extra',
			isMet: share >= 0.95 && refused === 0 && rounds <= 1.1 && extra <= 0.05,
		});
	}

	return {
		title: 'Ranges side by side',
		about: `\`sync()\` of ${threads.toLocaleString('en')} threads, ${pages} pages, at ${latency} ms latency, with ${concurrency} ranges side by side and with one: under a limit of ${limit} requests per 10 s, and without a limit. The share of the limit is that of a rolling window, while the limit is what is waited for; requests per second are those of the whole run. Ideal is one round for each ${concurrency} pages; a round is the time that one request took in the walk of one range. One run of each.`,
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
