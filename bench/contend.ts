/** The process of one contender: it walks, and says what that took. */
import {argv} from 'node:process';
import {setTimeout as wait} from 'node:timers/promises';
import type {Account, Contender, Take, TakeMessages} from './contenders/contender.ts';

export interface Task {
	readonly contender: string;
	readonly account: Account;
	/** Side by side. Default: 1. */
	readonly walks?: number;
	/** Milliseconds that the consumer works after each page of threads. Default: 0. */
	readonly work?: number;
	/** Milliseconds for which the event loop stands still, once in two seconds. Default: 0. */
	readonly stall?: number;
	/** Milliseconds after which a walk counts as hanging. Default: never. */
	readonly deadline?: number;
	/** Count threads by their id. Default: false. */
	readonly countsIds?: boolean;
	/** MB of V8's old space. Default: V8's own. */
	readonly heap?: number;
}

/** Milliseconds, and MB. */
export interface Result {
	readonly threads: number;
	/** Without those that came before; only with `countsIds`. */
	readonly distinct: number;
	/** Of contenders that read them. */
	readonly messages: number;
	readonly wall: number;
	readonly cpu: number;
	/** From the call, and from the start of the process. */
	readonly toFirstThread: number;
	readonly fromStart: number;
	readonly peakMemory: number;
	/** What ended the walk too early. */
	readonly error?: string;
}

const {
	contender,
	account,
	walks = 1,
	work = 0,
	stall = 0,
	deadline,
	countsIds,
}: Task = JSON.parse(argv[2] as string);
const {connect}: {connect: Contender} = await import(`./contenders/${contender}.ts`);

let threads = 0;
let firstThread = 0;
const ids = new Set<string>();
const take: Take = ({id}) => {
	if (threads++ === 0) {
		firstThread = performance.now();
	}

	if (countsIds) {
		ids.add(id);
	}

	return work > 0 && threads % account.pageSize === 0 ? wait(work) : undefined;
};
let messages = 0;
const takeMessages: TakeMessages = some => {
	messages += some.length;
};

const stalling =
	stall > 0 && setInterval(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, stall), 2000);
const cpuBefore = process.cpuUsage();
const start = performance.now();
const walk = connect(account);
const late = deadline === undefined ? [] : [wait(deadline).then(() => Promise.reject('deadline'))];
const ends = await Promise.allSettled(
	Array.from({length: walks}, () => Promise.race([walk(take, takeMessages), ...late])),
);
const wall = performance.now() - start;
const {user, system} = process.cpuUsage(cpuBefore);
clearInterval(stalling || undefined);
const failed = ends.find(end => end.status === 'rejected');

process.send?.({
	threads,
	distinct: ids.size,
	messages,
	wall,
	cpu: (user + system) / 1000,
	toFirstThread: firstThread - start,
	fromStart: firstThread,
	peakMemory: process.resourceUsage().maxRSS / 1024,
	...(failed && {error: String(failed.reason?.message ?? failed.reason)}),
} satisfies Result);
// A walk that hangs would keep the process.
process.exit();
