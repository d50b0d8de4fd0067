import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {setPriority} from 'node:os';
import {setTimeout as delay} from 'node:timers/promises';

export interface Arrival {
	/** Of the clock that nobody sets. */
	readonly time: number;
	/** Who sent it: its access token. */
	readonly from: string;
	/** Milliseconds since its slot was given: what the machine took for it. */
	readonly onItsWay: number;
}

export interface CountingServer {
	readonly url: string;
	readonly arrivals: readonly Arrival[];
	/** Answers the next request with a 429 that asks for so many seconds; the promise gives when. */
	refuseNext(seconds: number): Promise<number>;
	/** What `X-HubSpot-RateLimit-*` say from now on: requests per so many milliseconds. */
	announce(limit: number, interval: number): void;
	close(): Promise<void>;
}

// What counts has to see a request when it arrives, whatever else the machine has to do; its children come along. Not
// every user may ask for that.
try {
	setPriority(-15);
} catch {}

/** A HubSpot with a list without an end that counts what arrives, independent of the code under test. */
export async function startCountingServer(latency: number): Promise<CountingServer> {
	const arrivals: Arrival[] = [];
	let refusal: {seconds: number; done(time: number): void} | undefined;
	let headers: Record<string, string> = {};

	const server = createServer(async (request, response) => {
		const time = performance.now();
		const from = request.headers.authorization?.replace('Bearer ', '') ?? '';
		if (from !== 'warm-up') {
			const granted = BigInt(request.headers['x-granted'] as string);
			arrivals.push({time, from, onItsWay: Number(process.hrtime.bigint() - granted) / 1e6});
		}

		if (refusal && from !== 'warm-up') {
			refusal.done(time);
			response.writeHead(429, {'content-type': 'application/json', 'retry-after': String(refusal.seconds)});
			response.end(JSON.stringify({errorType: 'RATE_LIMIT', policyName: 'TEN_SECONDLY_ROLLING'}));
			refusal = undefined;
			return;
		}

		await delay(latency);
		const after = Number(new URL(request.url ?? '', 'http://localhost').searchParams.get('after') ?? 0) + 1;
		response.writeHead(200, {'content-type': 'application/json', ...headers});
		response.end(JSON.stringify({results: [{id: String(after)}], paging: {next: {after: String(after)}}}));
	});
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));

	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		arrivals,
		refuseNext: seconds =>
			new Promise(done => {
				refusal = {seconds, done};
			}),
		announce(limit, interval) {
			headers = {
				'x-hubspot-ratelimit-max': String(limit),
				'x-hubspot-ratelimit-interval-milliseconds': String(interval),
			};
		},
		async close() {
			server.closeAllConnections();
			await new Promise(resolve => server.close(resolve));
		},
	};
}

/** The most that arrived in any rolling interval. */
export function mostIn(interval: number, arrivals: readonly Arrival[]): number {
	const times = arrivals.map(({time}) => time).sort((a, b) => a - b);
	let most = 0;
	let oldest = 0;
	for (const [index, time] of times.entries()) {
		while (time - (times[oldest] as number) >= interval) {
			oldest++;
		}

		most = Math.max(most, index - oldest + 1);
	}

	return most;
}
