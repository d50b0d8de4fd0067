/** One process of an app: it walks endless lists over a shared throttle, until its parent ends it. */
import type {StoreName} from './clients.ts';

export interface WorkerOptions {
	readonly store: StoreName;
	readonly storeUrl: string;
	readonly hubspotUrl: string;
	readonly name: string;
	readonly throttle: {readonly key: string; readonly limit?: number; readonly interval?: number};
	readonly walks: number;
	/** Milliseconds by which the clock of this machine is wrong. */
	readonly clockOffset?: number;
	/** Milliseconds at most for which the event loop is blocked after a page. */
	readonly blocks?: number;
	/** Milliseconds at most after which a walk is aborted, and another one begins. */
	readonly aborts?: number;
}

const options: WorkerOptions = JSON.parse(process.env.WORKER ?? '{}');
const {clockOffset = 0, blocks = 0, aborts = 0} = options;

if (clockOffset !== 0) {
	const RealDate = Date;
	globalThis.Date = class extends RealDate {
		constructor(...args: [number]) {
			super(...((args.length > 0 ? args : [RealDate.now() + clockOffset]) as [number]));
		}

		static override now() {
			return RealDate.now() + clockOffset;
		}
	} as DateConstructor;
}

const {connect} = await import('./clients.ts');
const {pages} = await import('../../../lib/index.ts');
const {createThrottle} = await connect[options.store](options.storeUrl);
const shared = createThrottle(options.throttle);
let granted = '';
const throttle = {
	...shared,
	async acquire(request?: {readonly signal?: AbortSignal | undefined}) {
		await shared.acquire(request);
		granted = String(process.hrtime.bigint());
	},
};
/** Tells the server when the slot was given: what comes much later was held up by a machine without time. */
const fetchWithTime = (request: Request) => {
	request.headers.set('x-granted', granted);
	return fetch(request);
};

// The first requests of a process load and compile what they need, and open the connections.
await Promise.all(
	Array.from({length: options.walks}, () =>
		Array.fromAsync(pages({baseUrl: options.hubspotUrl, accessToken: 'warm-up', maxPages: 5})),
	),
);

async function walk() {
	for (;;) {
		const signal = aborts > 0 ? AbortSignal.timeout(1 + Math.floor(Math.random() * aborts)) : undefined;
		const {hubspotUrl: baseUrl, name: accessToken} = options;
		try {
			for await (const _ of pages({
				baseUrl,
				accessToken,
				throttle,
				signal,
				fetch: fetchWithTime,
				pageSize: 1,
			})) {
				if (blocks > 0) {
					// Without the work of a real block, which would take the cores from the other processes.
					Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Math.random() * blocks);
				}
			}
		} catch (error) {
			if (!signal?.aborted) {
				const {name, message, resume} = error as Error & {resume?: unknown};
				process.send?.({name, message, resume});
				return;
			}
		}
	}
}

process.on('disconnect', () => process.exit());
process.on('message', () => {
	for (let index = 0; index < options.walks; index++) {
		void walk();
	}
});
process.send?.('ready');
