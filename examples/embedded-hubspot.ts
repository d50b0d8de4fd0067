import type {Fault, Sandbox, StartSandboxOptions} from 'hubspot-threads/sandbox';
import {lifeAt} from './embedded/life.ts';
import {type Births, firstThreads} from './embedded/threads.ts';

const minute = 60_000;
const seed = 1;

/** So many that an export takes some seconds: see `holds`. */
export const busy: Births = {every: 2.2 * minute, keepFor: 12 * 7 * 24 * 60 * minute};
/** So few that the messages of all of them take some seconds, one request each. */
export const calm: Births = {every: 32 * minute, keepFor: 12 * 7 * 24 * 60 * minute};
/** Something happens every few seconds. */
const visits: Births = {every: 5000, keepFor: 15 * minute, isShort: true};

/** A HubSpot for `connect()`: busy, strict, and alive. */
export interface EmbeddedHubspot {
	readonly options: StartSandboxOptions;
	/** Lets happen in it what happens from now on. */
	live(sandbox: Sandbox): void;
}

/** What it holds follows from the clock alone. */
export function embeddedHubspot(
	births: Births,
	{
		holds,
		...options
	}: StartSandboxOptions & {
		/** Lists exactly so many threads, the newest, and stands still: a later start shows what has changed. */
		readonly holds?: number;
	} = {},
): EmbeddedHubspot {
	const {threads, happenings} = lifeAt(Date.now(), seed, holds === undefined ? [births, visits] : [births]);
	let catchUp = () => {};
	return {
		options: {
			latency: 30,
			...options,
			seed,
			threads: [...firstThreads, ...threads],
			faults(request) {
				catchUp();
				return faults[request.number];
			},
		},
		live(sandbox) {
			let next = 0;
			catchUp = () => {
				for (let due = happenings[next]; due && due.time <= Date.now(); due = happenings[++next]) {
					due.happen(sandbox);
				}
			};
			catchUp();
			if (holds !== undefined) {
				catchUp = () => {};
				const listed = [...sandbox.threads].filter(({archived}) => !archived);
				for (const {id} of listed.slice(0, -holds)) {
					sandbox.removeThread(id);
				}
			}
		},
	};
}

/** It is not always well, so that there is something to see. By the number of the request. */
const faults: Readonly<Record<number, Fault>> = {
	9: {status: 503, headers: {'retry-after': '1'}},
	15: {reset: true},
	20: {size: 0},
	27: {
		status: 429,
		headers: {'retry-after': '1'},
		body: {
			status: 'error',
			message: 'You have reached your secondly limit.',
			errorType: 'RATE_LIMIT',
			policyName: 'SECONDLY',
		},
	},
	38: {cut: true},
	45: {size: 137},
	53: {status: 502, body: '<html><h1>Bad Gateway</h1></html>'},
};
