import {allAtFullSpeed, inTurn, peers} from './lineup.ts';
import {type Runs, race} from './race.ts';

export interface FullSpeedWalk {
	readonly pageSize: number;
	/** So many that what a process does once, such as compiling, is little of it. */
	readonly threads: number;
	readonly rounds: number;
	/** MB of V8's old space; to save minutes, the peers do not walk then. Default: V8's own, and all walk. */
	readonly heap?: number;
}

export const million: FullSpeedWalk = {pageSize: 500, threads: 1_000_000, rounds: 3};

const walks = new Map<string, Promise<Runs>>();

/** Walks without latency, in turn. CPU and memory are read off the same walks: each is made once in a run. */
export function walkAtFullSpeed(walk: FullSpeedWalk): Promise<Runs> {
	const {heap, threads, pageSize, rounds} = walk;
	const key = JSON.stringify(walk);
	const entries =
		heap === undefined
			? allAtFullSpeed
			: allAtFullSpeed.filter(entry => !peers.includes(entry)).map(entry => ({...entry, heap}));
	const runs =
		walks.get(key) ??
		race({
			title: `${threads} threads, ${pageSize} a page, ${heap === undefined ? 'default heap' : `a heap of ${heap} MB`}`,
			rounds,
			warmsUp: true,
			groups: inTurn(entries),
			server: {threads, isReady: true},
			sharesServer: true,
			pageSize,
		});
	walks.set(key, runs);
	return runs;
}
