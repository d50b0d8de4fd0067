import {duration, latencies, pageSize, readers, threads} from '../messages-lineup.ts';
import {type Run, race} from '../race.ts';
import {mostInWindow, requestsPerSecond, shareOfLimit, timesRefused} from '../rate.ts';
import {count, type Measure, percent, seconds, setTo} from '../section.ts';
import {walked} from '../walked.ts';

const limit = 190;
const interval = 10_000;

export const measure: Measure = async () => {
	const runs = await race({
		title: 'messages',
		rounds: 1,
		groups: [readers],
		server: {threads, limit},
		pageSize,
		rate: {limit, interval},
	});
	const found = readers.map(reader => {
		const {name, isOurs, part} = reader;
		const [run] = runs.get(name) as readonly [Run];
		// The loops keep their pace, and the slowest has fewer requests than a window may have.
		const pace = (requestsPerSecond(run) * interval) / 1000 / limit;
		return {
			...reader,
			run,
			wall: (run.wall * threads) / part,
			share: isOurs ? shareOfLimit(run.log.times, limit, interval) : pace,
			most: mostInWindow(run.log.times, interval),
			refused: timesRefused(run),
			isWhole: run.distinct === part && !run.error,
		};
	});

	return {
		title: 'Messages',
		about: `The messages of ${count(threads)} threads, at a latency of ${latencies.map(setTo).join(' and ')}, when HubSpot allows ${limit} requests in any 10 s. \`sync()\` reads all of them. The loops keep a constant pace, so each is measured on as many threads as it reads in about ${seconds(duration)}, and its time is scaled to ${count(threads)}. The bare loop asks for one page after the other; the other one has four requests on their way, the most that stay below the limit at ${setTo(latencies[0])}. Pages of ${pageSize} threads, and of ${pageSize} messages. The share of the limit of \`sync()\` is 10 s over the median time from one request to the ${limit}th after it; that of the loops is their requests per second, to those of the limit. Times and requests per second are those of the whole run, with its beginning and its end. One run of each, side by side, each with a HubSpot of its own.`,
		tables: [
			{
				columns: [
					'contender',
					'latency',
					`time for ${count(threads)} threads`,
					'share of the limit',
					'requests per second',
					'most in 10 s',
					'429',
					'threads read',
					'requests',
					'messages',
				],
				rows: found.map(({title, shownLatency, part, run, most, share, refused, wall}) => [
					title,
					shownLatency,
					part < threads ? `${seconds(wall)}, scaled` : seconds(wall),
					percent(share),
					requestsPerSecond(run).toFixed(1),
					String(most),
					String(refused),
					walked([run], part),
					count(run.log.times.length),
					count(run.messages),
				]),
			},
		],
		verdicts: found
			.filter(({isOurs}) => isOurs)
			.map(({title, latency, shownLatency, most, share, refused, isWhole, wall}) => ({
				measure: `Messages of ${count(threads)} threads at ${shownLatency}, ${title}`,
				ours: `${percent(share)} of the limit, at most ${most} in 10 s, ${refused} times 429; ${seconds(wall)}`,
				peer: found
					.filter(other => !other.isOurs && other.latency === latency)
					.map(other => `${seconds(other.wall)} (${other.title})`)
					.join(', '),
				target: `95 % of the limit, never above ${limit}, no 429`,
				isMet: isWhole && share >= 0.95 && most <= limit && refused === 0,
			})),
	};
};
