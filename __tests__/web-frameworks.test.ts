import {once} from 'node:events';
import {readFileSync} from 'node:fs';
import {type AddressInfo, connect, createServer, type Socket} from 'node:net';
import {afterEach, describe, expect, jest, test} from '@jest/globals';
import {type StartedSandbox, type StartSandboxOptions, startSandbox} from '../lib/sandbox/index.ts';
import {blocksOf} from './support/code-blocks.ts';
import {arePackagesInstalled, startBlock} from './support/run-block.ts';

jest.setTimeout(60_000);

const file = 'docs/guides/web.md';
const blocks = blocksOf(file, readFileSync(file, 'utf8'));
const blockUnder = (heading: string) => blocks.find(({name}) => name === `${file}: ${heading}`)?.code ?? '';

/** What the guide leaves to the user, or to the framework: to listen. */
const listening: Readonly<Record<string, string>> = {
	Hono: `
		import {serve} from '@hono/node-server';
		serve({fetch: app.fetch, port: Number(process.env.PORT)});
	`,
	// Its server is no package of ours: any other that takes a function from Request to Response.
	Next: `
		import {serve} from 'srvx';
		serve({fetch: GET, port: Number(process.env.PORT), silent: true});
	`,
	Fastify: '',
	Express: '',
};

const open: {sandbox?: StartedSandbox; server?: ReturnType<typeof startBlock>} = {};

afterEach(async () => {
	open.server?.child.kill('SIGKILL');
	await open.server?.end;
	await open.sandbox?.close();
});

async function freePort(): Promise<number> {
	const server = createServer();
	await once(server.listen(0, '127.0.0.1'), 'listening');
	const {port} = server.address() as AddressInfo;
	server.close();
	await once(server, 'close');
	return port;
}

const pause = () => new Promise(resolve => setTimeout(resolve, 10));

async function dial(port: number): Promise<Socket> {
	for (;;) {
		const socket = connect(port, '127.0.0.1');
		const isOpen = await new Promise(resolve =>
			socket.on('connect', () => resolve(true)).on('error', () => resolve(false)),
		);
		if (isOpen) {
			return socket;
		}

		await pause();
	}
}

/** Starts the server of a block, and asks it for the threads over a raw socket. */
async function ask(framework: string, options: StartSandboxOptions) {
	const sandbox = await startSandbox({threads: 1200, ...options});
	open.sandbox = sandbox;
	const port = await freePort();
	const lines = blockUnder('Lines').replace('export function', 'function');
	const server = blockUnder(framework).replace("import {lines} from './lines.ts';", lines);
	open.server = startBlock(server + listening[framework], {SANDBOX_URL: sandbox.url, PORT: String(port)});
	const socket = await dial(port);
	const received = {text: ''};
	socket.setEncoding('utf8').on('data', text => {
		received.text += text;
	});
	socket.write('GET /threads HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');
	return {sandbox, socket, received};
}

/** The lines of the body, without the lengths that stand between its chunks. */
const idsIn = (text: string) => [...text.matchAll(/^\{"id":"(\d+)",.*\}$/gm)].map(([, id]) => id);

test('the packages of the guide are installed, where nothing may be left out', () => {
	expect(arePackagesInstalled || process.env.REQUIRE_EXAMPLES !== '1').toBe(true);
});

test('each block has a test', () => {
	expect(blocks.map(({name}) => name.slice(file.length + 2))).toEqual(['Lines', ...Object.keys(listening)]);
});

(arePackagesInstalled ? describe : describe.skip).each(Object.keys(listening))('%s', framework => {
	test('sends a line for each thread', async () => {
		const {sandbox, socket, received} = await ask(framework, {});
		await once(socket, 'close');
		expect(received.text).toMatch(/^HTTP\/1.1 200 /);
		expect(received.text).toMatch(/^content-type: application\/x-ndjson/im);
		expect(received.text).toMatch(/\r\n0\r\n\r\n$/);
		expect(idsIn(received.text)).toEqual([...sandbox.threads].map(({id}) => id));
	});

	test.each([
		['the first headers', 1, 'headers'],
		['later headers', 2, 'headers'],
		['a body', 2, 'body'],
	] as const)(
		'ends HubSpot’s request that hangs in %s when the client goes',
		async (_name, number, stall) => {
			const {sandbox, socket} = await ask(framework, {faults: {[number]: {stall}}});
			while (sandbox.requests.length < number) {
				await pause();
			}

			socket.destroy();
			// The deadline of the request itself would end it after 30 seconds.
			const patience = Date.now() + 10_000;
			while (!sandbox.requests[number - 1]?.isAborted && Date.now() < patience) {
				await pause();
			}

			expect(sandbox.requests[number - 1]).toMatchObject({isAborted: true});
			expect(sandbox.requests).toHaveLength(number);
			// Express logs that the client is gone, as the guide says; nobody else has anything to say.
			const {stderr} = open.server?.printed ?? {};
			expect(stderr).toEqual(framework === 'Express' ? expect.not.stringMatching(/unhandled/i) : '');
		},
	);

	test('cuts the response when HubSpot fails', async () => {
		const {socket, received} = await ask(framework, {faults: {2: {status: 400}}});
		await once(socket, 'close');
		expect(idsIn(received.text)).toHaveLength(500);
		expect(received.text).not.toMatch(/\r\n0\r\n\r\n$/);
	});
});
