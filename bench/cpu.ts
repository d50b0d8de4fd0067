/** CPU time of a full walk: ours against a bare `fetch` loop and a bare ky loop over the same pages. */
import {contenders} from './contenders.ts';
import {median, ratio, start, takeTurns} from './take-turns.ts';

const threads = 500_000;
const runs = 7;

interface Connection {
	readonly url: string;
	readonly accessToken: string;
}

const [{url, accessToken}, server] = await start<Connection>('server.ts', [String(threads)]);
for (const pageSize of [500, 100]) {
	const times = await takeTurns(Object.keys(contenders), runs, async name => {
		const args = [name, url, accessToken, String(pageSize)];
		const [{count, milliseconds}] = await start<{count: number; milliseconds: number}>('walk.ts', args);
		if (count !== threads) {
			throw new Error(`${name} walked ${count} threads of ${threads}`);
		}

		return milliseconds;
	});

	const {'bare fetch loop': fetchLoop = [], 'bare ky loop': kyLoop = []} = times;
	console.log(
		`CPU time of a walk over ${threads} threads, ${pageSize} a page: medians of ${runs} runs on Node ${process.version}\n`,
	);
	for (const [name, own] of Object.entries(times)) {
		const ratios = `× ${ratio(own, fetchLoop).toFixed(2)} fetch   × ${ratio(own, kyLoop).toFixed(2)} ky`;
		console.log(`${name.padEnd(26)}${median(own).toFixed(0).padStart(6)} ms   ${ratios}`);
	}

	console.log();
}

server.kill();
