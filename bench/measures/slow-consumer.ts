import {all, ours, peers} from '../lineup.ts';
import {type Entry, race} from '../race.ts';
import {type Measure, seconds, times} from '../section.ts';
import {figures, leastOf, median, ratio} from '../statistics.ts';
import {walked} from '../walked.ts';

const pageSize = 500;
const pages = 60;
const threads = pages * pageSize;
const milliseconds = 150;

const network: Entry = {name: 'network alone: bare `fetch` loop without work', contender: 'fetch'};

export const measure: Measure = async () => {
	const runs = await race({
		title: 'slow consumer',
		rounds: 1,
		groups: [[network, ...all.map(entry => ({...entry, work: milliseconds}))]],
		server: {threads, latency: milliseconds},
	});
	const wall = figures(runs, run => run.wall);
	const toNetwork = (name: string) => ratio(wall(name), wall(network.name));
	const best = leastOf(peers, wall);

	return {
		title: 'A consumer as slow as the network',
		about: `Wall time of a walk over ${pages} pages when each answer takes ${milliseconds} ms and the consumer works ${milliseconds} ms on each page: alone, the work takes ${seconds(pages * milliseconds)}. One run of each, side by side, for all of them wait most of the time.`,
		tables: [
			{
				columns: ['contender', 'wall time', 'to the network alone', 'threads walked'],
				rows: [...runs].map(([name, own]) => [
					name,
					seconds(median(wall(name))),
					times(toNetwork(name)),
					walked(own, threads),
				]),
			},
		],
		verdicts: ours.map(({name}) => ({
			measure: `Wall time with a consumer as slow as the network, ${name}`,
			ours: times(toNetwork(name)),
			peer: `${times(toNetwork(best))} (${best})`,
			target: '1.05 × the slower of the two',
			isMet: toNetwork(name) <= 1.05,
		})),
	};
};
