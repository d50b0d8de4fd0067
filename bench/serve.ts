/** The process of one HubSpot: the sandbox, which answers when it is asked what it has seen. */
import {type AddressInfo, connect, createServer} from 'node:net';
import {argv} from 'node:process';
import {type Fault, type SandboxOptions, startSandbox} from 'hubspot-threads/sandbox';
import {startReadySandbox} from './ready-sandbox.ts';

/** What can be told to another process. */
export interface ServerOptions {
	readonly threads: number;
	readonly spread?: SandboxOptions['spread'];
	/** Milliseconds, or the least and the most. Default: 0. */
	readonly latency?: number | readonly [least: number, most: number];
	/** Requests per 10 seconds. Default: no limit. */
	readonly limit?: number;
	/** Milliseconds that a connection needs to be opened. Default: 0. */
	readonly opening?: number;
	/** What goes wrong with every hundredth request, in turn. Default: nothing. */
	readonly faults?: readonly Fault[];
	/** What goes wrong with a request, by its number. Default: nothing. */
	readonly script?: Readonly<Record<number, Fault>>;
	/** What the `Date` headers read when it starts, in milliseconds since 1970. Default: the time of day. */
	readonly startsAt?: number;
	/** Have the answers ready, so that answering takes no time. Default: false. */
	readonly isReady?: boolean;
}

/** What the server has seen since it was last asked. */
export interface Log {
	/** When each request arrived, in milliseconds since 1970. */
	readonly times: readonly number[];
	/** Of the answers; 0 for a connection that was reset. */
	readonly statuses: readonly number[];
}

const {
	latency = 0,
	limit,
	opening = 0,
	faults,
	script,
	startsAt,
	isReady,
	...options
}: ServerOptions = JSON.parse(argv[2] as string);
const sandboxOptions: SandboxOptions = {
	...options,
	// Every list has all threads, by whatever it is ordered.
	messageless: 0,
	rateLimit: limit ? {limit, interval: 10_000} : false,
	latency:
		typeof latency === 'number'
			? latency
			: ({number}) => latency[0] + noise(number) * (latency[1] - latency[0]),
	faults: ({number}) =>
		script?.[number] ??
		(number % 100 === 0 ? faults?.[(number / 100) % faults.length] : undefined) ??
		(startsAt === undefined
			? undefined
			: {headers: {date: new Date(startsAt + performance.now()).toUTCString()}}),
};

const {url, accessToken, requests} = isReady
	? await startReadySandbox(sandboxOptions)
	: await startSandbox(sandboxOptions);
let seen = 0;
process.on('message', () => {
	const entries = requests.slice(seen);
	seen = requests.length;
	process.send?.({
		times: entries.map(({time}) => time),
		statuses: entries.map(({status = 0}) => status),
	} satisfies Log);
});
process.on('disconnect', () => process.exit());
process.send?.({baseUrl: opening > 0 ? await slowDoor(url) : url, accessToken});

/** An address that leads to `url`, through connections that take a while to be opened. */
async function slowDoor(url: string): Promise<string> {
	const {hostname, port} = new URL(url);
	const door = createServer(socket => {
		setTimeout(() => {
			const inner = connect(Number(port), hostname);
			for (const each of [socket, inner]) {
				each.on('error', () => {});
			}

			socket.pipe(inner).pipe(socket);
		}, opening);
	});
	await new Promise<void>(resolve => door.listen(0, '127.0.0.1', resolve));
	return `http://127.0.0.1:${(door.address() as AddressInfo).port}`;
}

/** From 0 to 1, the same in every run. */
function noise(number: number): number {
	const sine = Math.sin(number * 12.9898) * 43_758.5453;
	return sine - Math.floor(sine);
}
