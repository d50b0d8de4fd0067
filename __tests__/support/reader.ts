/**
 * What a code block of the documentation finds when a reader runs it, loaded before it: HubSpot is the sandbox at
 * SANDBOX_URL, and a sink is the file SINK, a line for each batch.
 */
import {appendFileSync, existsSync, readFileSync} from 'node:fs';
import type {Batch, Checkpoint, Thread} from '../../lib/index.ts';

const {SANDBOX_URL = '', SINK = ''} = process.env;
const {fetch} = globalThis;

const held = new Set<Request>();

globalThis.fetch = async (input, init) => {
	const request = input as Request;
	const moved = new Request(request.url.replace('https://api.hubapi.com', SANDBOX_URL), request);
	// Once it is collected, Node's fetch no longer hears of an abort.
	held.add(moved);
	return fetch(moved, init);
};

Object.assign(globalThis, {
	async load(): Promise<Checkpoint | undefined> {
		const last = existsSync(SINK) ? readFileSync(SINK, 'utf8').trimEnd().split('\n').at(-1) : undefined;
		return last && JSON.parse(last).checkpoint;
	},
	async store(threads: readonly Thread[], observedAt: Date, checkpoint: Checkpoint): Promise<void> {
		appendFileSync(SINK, `${JSON.stringify({threads, observedAt, checkpoint})}\n`);
	},
	async storeBatch(batch: Batch): Promise<void> {
		appendFileSync(SINK, `${JSON.stringify(batch)}\n`);
	},
	async storePass(threads: readonly Thread[], gone: readonly string[], observedAt: Date): Promise<void> {
		appendFileSync(SINK, `${JSON.stringify({threads, gone, observedAt})}\n`);
	},
	/** Of what is stored as open, and of a thread that was deleted. */
	async *openIds(): AsyncGenerator<string> {
		const lines = existsSync(SINK) ? readFileSync(SINK, 'utf8').trimEnd().split('\n') : [];
		const threads: readonly Thread[] = lines.flatMap(line => JSON.parse(line).threads);
		yield* threads.filter(({status}) => status === 'OPEN').map(({id}) => id);
		yield '1';
	},
});
