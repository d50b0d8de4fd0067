import {execFile} from 'node:child_process';
import {createServer as createHttpServer} from 'node:http';
import {type AddressInfo, createServer} from 'node:net';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {describe, expect, jest, test} from '@jest/globals';
import {createLimitedServer, mostIn} from './support/limited-server.ts';
import type {Walks} from './support/walks-of-a-process.ts';

jest.setTimeout(60_000);

interface Scenario extends Omit<Walks, 'baseUrl'> {
	/** Milliseconds that a connection needs to be opened. */
	readonly opening?: number;
	/** Milliseconds until a request is answered. */
	readonly answer?: number;
}

/** Walks of another process, as a HubSpot that has the limit sees them: it counts when a request arrives. */
async function walk({opening = 0, answer = 0, ...walks}: Scenario) {
	const {limit, interval} = walks;
	const hubspot = createLimitedServer(performance, {
		limit,
		interval,
		travel: () => 0,
		answer: () => answer,
	});
	let connections = 0;
	const http = createHttpServer(async (request, outgoing) => {
		const url = new URL(request.url ?? '', 'http://localhost');
		const response = await hubspot.fetch(new Request(url, {headers: {authorization: 'token'}}));
		// Connections come and go all the time.
		outgoing.writeHead(response.status, {
			...Object.fromEntries(response.headers),
			...(hubspot.arrivals.length % 3 === 0 && {connection: 'close'}),
		});
		outgoing.end(await response.text());
	});
	const server = createServer(socket => {
		connections++;
		setTimeout(() => http.emit('connection', socket), opening);
	});
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	try {
		const {port} = server.address() as AddressInfo;
		const script = join(import.meta.dirname, 'support/walks-of-a-process.ts');
		await promisify(execFile)(process.execPath, [script], {
			env: {...process.env, WALKS: JSON.stringify({...walks, baseUrl: `http://127.0.0.1:${port}`})},
			timeout: 50_000,
		});
	} finally {
		server.close();
		http.closeAllConnections();
	}

	const {arrivals, refused} = hubspot;
	return {connections, requests: arrivals.length, most: mostIn(interval, arrivals), refused: refused()};
}

describe('never over the limit, by the count of a server on a socket', () => {
	test.concurrent.each([
		['connections that are open at once', 12, 0],
		['cold connections, which take 300 ms', 12, 300],
	])('19 per 1,000 ms, %s', async (_, walks, opening) => {
		const requests = 72;
		const seen = await walk({limit: 19, interval: 1000, walks, maxPages: requests / walks, opening});
		expect(seen).toMatchObject({requests, refused: 0});
		expect(seen.most).toBeLessThanOrEqual(19);
		expect(seen.connections).toBeGreaterThan(requests / 4);
	});

	test.concurrent.each([
		['fetch', 8, 4, 0],
		['consumer', 20, 3, 150],
	] as const)(
		'5 per 300 ms, with a %s that blocks the event loop for 120 ms',
		async (blocks, walks, maxPages, answer) => {
			const seen = await walk({limit: 5, interval: 300, walks, maxPages, blocks, answer});
			expect(seen).toMatchObject({requests: maxPages * walks, refused: 0});
			expect(seen.most).toBeLessThanOrEqual(5);
		},
	);
});
