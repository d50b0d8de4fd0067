/** A process that walks an endless list on one throttle until each walk has its pages: `WALKS` says how. */
import {createThrottle, pages} from '../../lib/index.ts';

export interface Walks {
	readonly baseUrl: string;
	readonly limit: number;
	readonly interval: number;
	readonly walks: number;
	readonly maxPages: number;
	/** What stands still for 120 ms each time, with the whole event loop. */
	readonly blocks?: 'fetch' | 'consumer';
}

const {baseUrl, limit, interval, walks, maxPages, blocks}: Walks = JSON.parse(process.env.WALKS ?? '');
const throttle = createThrottle({limit, interval});

function block() {
	Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 120);
}

async function walk() {
	const fetchSlowly = (request: Request) => {
		if (blocks === 'fetch') {
			block();
		}

		return fetch(request);
	};
	for await (const _ of pages({baseUrl, accessToken: 'token', throttle, maxPages, fetch: fetchSlowly})) {
		if (blocks === 'consumer') {
			block();
		}
	}
}

await Promise.all(Array.from({length: walks}, walk));
