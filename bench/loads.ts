import type {Run} from './race.ts';
import {mostInWindow, timesRefused} from './rate.ts';

export const limit = 190;
export const interval = 10_000;
export const pages = 1000;

/** Of the limit, from the first page to the last, by the milliseconds of an answer: what the tests of `sync()` hold. */
export const targets = {100: 0.95, 250: 0.95, 500: 0.93, 1000: 0.9, 2000: 0.85, 3000: 0.8} as const;

export type Latency = keyof typeof targets;

/** What a load of `part` pages says of one of `pages`. */
export function loadOf(run: Run, part: number) {
	const wall = (run.wall * pages) / part;
	return {
		run,
		wall,
		share: (pages * interval) / limit / (wall - run.toFirstThread),
		extra: run.log.times.length / part - 1,
		most: mostInWindow(run.log.times, interval),
		refused: timesRefused(run),
	};
}

export type Load = ReturnType<typeof loadOf>;

/** The worst of some loads of all pages. */
export function worstOf(loads: readonly Load[], threads: number) {
	return {
		share: Math.min(...loads.map(({share}) => share)),
		extra: Math.max(...loads.map(({extra}) => extra)),
		wall: Math.max(...loads.map(({wall}) => wall)),
		refused: loads.reduce((sum, {refused}) => sum + refused, 0),
		isSound: loads.every(({run, most}) => run.threads >= threads && !run.error && most <= limit),
	};
}
