import type {Task} from './contend.ts';
import {contend, progress} from './race.ts';
import {mostInWindow, shareOfLimit} from './rate.ts';
import {percent, type Table, type Verdict} from './section.ts';
import type {ServerOptions} from './serve.ts';
import {startServer} from './server.ts';

export const limit = 190;
export const interval = 10_000;

/** Walks of one or more processes, which HubSpot counts together. */
export interface Scenario {
	readonly title: string;
	readonly contender: string;
	/** Walks of each process. */
	readonly walks: readonly number[];
	readonly server: Omit<ServerOptions, 'threads' | 'limit'>;
	readonly stall?: number;
	/** So few walks, each with one request at a time, do not come near the limit. Default: false. */
	readonly isBelowLimit?: boolean;
}

interface Seen {
	readonly most: number;
	readonly refused: number;
	readonly requests: number;
	readonly share: number;
	/** Of all pages, what each process got. */
	readonly parts: readonly number[];
	readonly errors: readonly string[];
}

/** What is asked of a group of scenarios. */
export interface Targets {
	/** Of the limit. */
	readonly used: number;
	/** Of all answers, at most. */
	readonly refused: number;
	/** The least that a process gets, as a share of what would be even. */
	readonly evenness: number;
}

/** Scenarios at a time. With ten, on two slow cores, one had 228 requests in 10 s; with five, none had more than 190. */
const atOnce = 5;

/** Runs the scenarios side by side, each with a HubSpot of its own, for so many milliseconds. */
export async function runScenarios(
	caption: string,
	scenarios: readonly Scenario[],
	duration: number,
	{used, refused, evenness}: Targets,
): Promise<{readonly table: Table; readonly verdicts: readonly Verdict[]}> {
	const seen: Seen[] = [];
	while (seen.length < scenarios.length) {
		const group = scenarios.slice(seen.length, seen.length + atOnce);
		progress(
			`rate limit, ${caption}, ${group.length} of ${scenarios.length} scenarios: ${duration / 1000} s`,
		);
		seen.push(...(await Promise.all(group.map(scenario => run(scenario, duration)))));
	}

	const rows = scenarios.map(({title, walks, isBelowLimit}, index) => {
		const {most, refused, requests, share, parts, errors} = seen[index] as Seen;
		return [
			title,
			walks.join(' + '),
			String(most),
			`${refused} of ${requests}`,
			isBelowLimit ? 'one request at a time for each walk' : percent(share),
			parts.length > 1 ? `${percent(Math.min(...parts))} to ${percent(Math.max(...parts))}` : '',
			errors.join(', '),
		];
	});
	const columns = ['scenario', 'walks', 'most in 10 s', '429', 'share of the limit', 'of a process', 'error'];
	const worst = {
		most: Math.max(...seen.map(({most, refused}) => most - refused)),
		share: Math.min(...seen.filter((_, index) => !scenarios[index]?.isBelowLimit).map(({share}) => share)),
		refused: Math.max(...seen.map(({refused, requests}) => refused / requests)),
		part: Math.min(...seen.map(({parts}) => Math.min(...parts) * parts.length)),
	};
	const spread = evenness > 0 ? [`no process below ${percent(worst.part)} of an even part`] : [];
	return {
		table: {caption, columns, rows},
		verdicts: [
			{
				measure: `Requests in any 10 s, ${caption}`,
				ours: [
					`at most ${worst.most}, ${percent(worst.refused)} of the answers 429, at least ${percent(worst.share)} of the limit`,
					...spread,
				].join(', '),
				peer: '',
				target: [
					`never above ${limit}, ${refused > 0 ? `at most ${percent(refused)} of the answers 429` : 'no 429'}, ${percent(used)} used`,
					...(evenness > 0 ? [`no process below ${percent(evenness)} of an even part`] : []),
				].join(', '),
				isMet:
					seen.every(({errors}) => errors.length === 0) &&
					worst.most <= limit &&
					worst.refused <= refused &&
					worst.share >= used &&
					worst.part >= evenness,
			},
		],
	};
}

async function run({contender, walks, server: options, stall}: Scenario, duration: number): Promise<Seen> {
	// A page is one thread, and no walk comes to the end of the list.
	await using server = await startServer({...options, threads: 1000, limit});
	const {baseUrl, accessToken} = server;
	const account = {baseUrl, accessToken, pageSize: 1, rate: {limit, interval}};
	const results = await Promise.all(
		walks.map(count => {
			const task: Task = {contender, account, walks: count, deadline: duration, ...(stall && {stall})};
			return contend(task);
		}),
	);
	const {times, statuses} = await server.log();
	const pages = results.reduce((sum, {threads}) => sum + threads, 0);
	return {
		most: mostInWindow(times, interval),
		refused: statuses.filter(status => status === 429).length,
		requests: times.length,
		share: shareOfLimit(times, limit, interval),
		parts: results.map(({threads}) => threads / pages),
		errors: results.flatMap(({error}) => (error === undefined || error === 'deadline' ? [] : [error])),
	};
}
