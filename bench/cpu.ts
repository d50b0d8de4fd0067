/**
 * CPU time of a full walk, ours against a bare `fetch` loop over the same pages.
 * The server has a process of its own, and so has every run; the two take turns.
 */
import {fork} from 'node:child_process';
import {once} from 'node:events';
import {argv} from 'node:process';
import {paginate} from 'hubspot-threads';
import {startSandbox} from 'hubspot-threads/sandbox';

const threads = 100_000;
const runs = 9;

const walks: Readonly<Record<string, (url: string, accessToken: string) => Promise<number>>> = {
	async fetch(url, accessToken) {
		let count = 0;
		let after: string | undefined;
		do {
			const query = new URLSearchParams({limit: '500', ...(after && {after: decodeURIComponent(after)})});
			const response = await fetch(`${url}/conversations/v3/conversations/threads?${query}`, {
				headers: {authorization: `Bearer ${accessToken}`},
			});
			const page = (await response.json()) as {results: unknown[]; paging?: {next?: {after?: string}}};
			for (const _thread of page.results) {
				count++;
			}

			after = page.paging?.next?.after;
		} while (after);

		return count;
	},
	async paginate(url, accessToken) {
		let count = 0;
		const throttle = {limit: 1_000_000, interval: 1000};
		for await (const _thread of paginate({accessToken, baseUrl: url, throttle})) {
			count++;
		}

		return count;
	},
};

const [, file, role, url = '', accessToken = ''] = argv;
const walk = walks[role ?? ''];
if (role === 'server') {
	const sandbox = await startSandbox({threads, rateLimit: false});
	process.send?.({url: sandbox.url, accessToken: sandbox.accessToken});
} else if (walk) {
	const before = process.cpuUsage();
	const count = await walk(url, accessToken);
	const {user, system} = process.cpuUsage(before);
	process.send?.({count, milliseconds: (user + system) / 1000});
} else {
	await compare();
}

async function compare() {
	const server = fork(file as string, ['server']);
	const [sandbox] = (await once(server, 'message')) as [{url: string; accessToken: string}];
	const times: Record<string, number[]> = {};
	for (let run = 0; run <= runs; run++) {
		for (const name of Object.keys(walks)) {
			const child = fork(file as string, [name, sandbox.url, sandbox.accessToken]);
			const [{count, milliseconds}] = (await once(child, 'message')) as [
				{count: number; milliseconds: number},
			];
			if (count !== threads) {
				throw new Error(`${name} walked ${count} threads of ${threads}`);
			}

			// The first run of each warms the server.
			if (run > 0) {
				(times[name] ??= []).push(milliseconds);
			}
		}
	}

	server.kill();
	const {fetch: bare = [], paginate: ours = []} = times;
	console.log(
		`CPU time of a walk over ${threads} threads, 500 a page, median of ${runs} runs on Node ${process.version}`,
	);
	console.log(`  bare fetch loop  ${median(bare).toFixed(0)} ms`);
	console.log(`  paginate()       ${median(ours).toFixed(0)} ms`);
	console.log(
		`  ratio            ${median(ours.map((time, run) => time / (bare[run] as number))).toFixed(2)} (promised: at most 1.15)`,
	);
}

function median(values: readonly number[]): number {
	return values.toSorted((a, b) => a - b)[values.length >> 1] as number;
}
