/**
 * CPU time of a full walk: ours, a bare ky loop and a bare `fetch` loop over the same pages.
 * The server has a process of its own, and so has every run; they take turns, so that a machine that gets slower
 * gets slower for all.
 */
import {fork} from 'node:child_process';
import {once} from 'node:events';
import {argv} from 'node:process';
import {paginate} from 'hubspot-threads';
import {startSandbox} from 'hubspot-threads/sandbox';
import ky from 'ky';

const threads = 100_000;
const runs = 11;

interface Connection {
	readonly url: string;
	readonly accessToken: string;
}

interface RawPage {
	readonly results: readonly unknown[];
	readonly paging?: {readonly next?: {readonly after?: string}};
}

/** The loop that people write, as fast as it can be. */
async function loop(
	{url, accessToken}: Connection,
	get: (url: string, headers: Record<string, string>) => Promise<RawPage>,
) {
	let count = 0;
	let after: string | undefined;
	do {
		const query = new URLSearchParams({limit: '500', ...(after && {after: decodeURIComponent(after)})});
		const page = await get(`${url}/conversations/v3/conversations/threads?${query}`, {
			authorization: `Bearer ${accessToken}`,
		});
		for (const _thread of page.results) {
			count++;
		}

		after = page.paging?.next?.after;
	} while (after);

	return count;
}

async function walk({url, accessToken}: Connection, readAhead?: number) {
	let count = 0;
	const throttle = {limit: 1000, interval: 100};
	for await (const _thread of paginate({accessToken, baseUrl: url, throttle, readAhead})) {
		count++;
	}

	return count;
}

const contenders: Readonly<Record<string, (connection: Connection) => Promise<number>>> = {
	'bare fetch loop': connection =>
		loop(connection, async (url, headers) => (await (await fetch(url, {headers})).json()) as RawPage),
	'bare ky loop': connection =>
		loop(connection, async (url, headers) =>
			(await ky(url, {headers, retry: 0, timeout: false})).json<RawPage>(),
		),
	'paginate()': connection => walk(connection),
	'paginate(), readAhead: 0': connection => walk(connection, 0),
};

const [, file = '', role = '', url = '', accessToken = ''] = argv;
const contender = contenders[role];
if (role === 'server') {
	const sandbox = await startSandbox({threads, rateLimit: false});
	process.send?.({url: sandbox.url, accessToken: sandbox.accessToken});
} else if (contender) {
	const before = process.cpuUsage();
	const count = await contender({url, accessToken});
	const {user, system} = process.cpuUsage(before);
	process.send?.({count, milliseconds: (user + system) / 1000});
} else {
	await compare();
}

async function compare() {
	const server = fork(file, ['server']);
	const [sandbox] = (await once(server, 'message')) as [Connection];
	const times: Record<string, number[]> = {};
	for (let run = 0; run <= runs; run++) {
		for (const name of Object.keys(contenders)) {
			const child = fork(file, [name, sandbox.url, sandbox.accessToken]);
			const [{count, milliseconds}] = (await once(child, 'message')) as [
				{count: number; milliseconds: number},
			];
			if (count !== threads) {
				throw new Error(`${name} walked ${count} threads of ${threads}`);
			}

			// The first round warms the server.
			if (run > 0) {
				(times[name] ??= []).push(milliseconds);
			}
		}
	}

	server.kill();
	console.log(
		`CPU time of a walk over ${threads} threads, 500 a page: medians of ${runs} runs on Node ${process.version}\n`,
	);
	const floor = times['bare fetch loop'] ?? [];
	for (const [name, own] of Object.entries(times)) {
		const ratio = median(own.map((time, run) => time / (floor[run] as number)));
		console.log(`${name.padEnd(26)}${median(own).toFixed(0).padStart(6)} ms   × ${ratio.toFixed(2)}`);
	}
}

function median(values: readonly number[]): number {
	return values.toSorted((a, b) => a - b)[values.length >> 1] as number;
}
