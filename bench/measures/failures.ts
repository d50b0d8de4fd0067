import {all, ours, peers} from '../lineup.ts';
import {race} from '../race.ts';
import {type Measure, percent} from '../section.ts';
import type {ServerOptions} from '../serve.ts';
import {walked} from '../walked.ts';

const pages = 1000;
const pageSize = 20;
const threads = pages * pageSize;
const statuses: ServerOptions['faults'] = [{status: 503}, {status: 502}];
const connections: ServerOptions['faults'] = [{status: 503}, {reset: true}, {cut: true}];

export const measure: Measure = async () => {
	// Side by side, for requests are counted here, not timed.
	const [without, ofStatuses, ofConnections] = await Promise.all([
		walkWith('nothing fails', []),
		walkWith('statuses', statuses),
		walkWith('statuses and connections', connections),
	]);
	type Runs = typeof without;
	const of = (runs: Runs, name: string) => {
		const [run] = runs.get(name) ?? [];
		const [usual] = without.get(name) ?? [];
		const requests = run?.log.times.length ?? 0;
		const needed = (usual?.log.times.length ?? 0) + Math.floor(requests / 100);
		return {run, requests, excess: requests / needed - 1, isWhole: run?.distinct === threads && !run.error};
	};
	const shown = (runs: Runs, name: string) => {
		const {requests, excess, isWhole} = of(runs, name);
		return isWhole ? `${requests} requests, ${percent(excess)} more than needed` : 'stopped';
	};
	const survivors = peers.filter(({name}) => of(ofConnections, name).isWhole).map(({name}) => name);

	return {
		title: 'When 1 % of the responses fail',
		about: `A walk over ${pages} pages at 25 ms latency, when every hundredth request fails. Needed: the requests of the same contender when nothing fails, and one for each failure. \`sync()\` needs more than one for each page, for it reads ranges side by side, and may bring a thread twice: it promises each at least once.`,
		tables: [
			['503 and 502', ofStatuses] as const,
			['503, reset connections, and bodies that are cut', ofConnections] as const,
		].map(([caption, runs]) => ({
			caption,
			columns: ['contender', 'requests', 'threads walked'],
			rows: [...runs].map(([name, own]) => [name, shown(runs, name), walked(own, threads)]),
		})),
		verdicts: ours.map(({name}) => {
			const {requests, excess, isWhole} = of(ofConnections, name);
			return {
				measure: `Requests when 1 % fail, ${name}`,
				ours: `${requests}, ${percent(excess)} more than needed`,
				peer:
					survivors.map(name => `${of(ofConnections, name).requests} (${name})`).join(', ') ||
					'every peer stops',
				target: 'within 2 % of the pages and the failures',
				isMet: isWhole && excess <= 0.02,
			};
		}),
	};
};

function walkWith(title: string, faults: NonNullable<ServerOptions['faults']>) {
	return race({
		title: `failures, ${title}`,
		rounds: 1,
		groups: [all.map(entry => ({...entry, countsIds: true}))],
		// Enough for a request to be worth something against the wait before a retry.
		server: {threads, faults, latency: 25},
		pageSize,
	});
}
