import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {bundle} from './bundle.mjs';

const config = flags => `
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "checks", worker = (
      modules = [(name = "worker", esModule = embed "worker.js")],
      compatibilityDate = "2026-01-01",
      compatibilityFlags = [${flags.map(flag => `"${flag}"`)}],
    )),
    # Without this, the sandbox on this machine is out of reach.
    (name = "internet", network = (allow = ["public", "private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "checks")],
);
`;

/** Runs the checks within one request to a Worker, and then many requests that share a throttle. */
export const runInWorkerd =
	flags =>
	async (path, {host, only}) => {
		const folder = await mkdtemp(join(tmpdir(), 'workerd-'));
		await writeFile(join(folder, 'worker.js'), await bundle('worker.mjs', ['workerd', 'worker', 'browser']));
		await writeFile(join(folder, 'config.capnp'), config(flags));
		// It tells the port on its third descriptor.
		const child = spawn(path, ['serve', join(folder, 'config.capnp'), '--control-fd=3'], {
			stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
		});
		const closed = once(child, 'close');
		let stderr = '';
		child.stderr.setEncoding('utf8').on('data', text => {
			stderr += text;
		});
		try {
			const origin = `http://127.0.0.1:${await portOf(child)}`;
			const query = new URLSearchParams({origin: host, ...(only && {only})});
			const results = await (await fetch(`${origin}/?${query}`)).json();
			return [...results, ...(await shareThrottle(origin)), quiet(stderr)];
		} catch (error) {
			throw new Error(`workerd: ${error.message}\n${stderr}`);
		} finally {
			child.kill();
			await closed;
			await rm(folder, {recursive: true});
		}
	};

async function portOf(child) {
	for await (const line of createInterface({input: child.stdio[3]})) {
		const {event, port} = JSON.parse(line);
		if (event === 'listen') {
			return port;
		}
	}

	throw new Error('It did not begin to listen');
}

/** One request must not wait for a promise that another one resolves: the runtime would end it. */
async function shareThrottle(origin) {
	const name = 'requests to a Worker share a throttle';
	const answers = await Promise.all(
		Array.from({length: 6}, async () => {
			const response = await fetch(`${origin}/shared`, {signal: AbortSignal.timeout(30_000)});
			return response.ok ? (await response.json()).length : response.text();
		}),
	).catch(String);
	const failure = String(answers) === '6,6,6,6,6,6' ? undefined : `Expected 6 threads each, found ${answers}`;
	return [{transport: 'in memory', name, failure}];
}

function quiet(stderr) {
	const name = 'the runtime has nothing to complain of';
	const complaint = /uncaught|unhandled|hung|cross-request/i.test(stderr) ? stderr : undefined;
	return {transport: 'in memory', name, failure: complaint};
}
