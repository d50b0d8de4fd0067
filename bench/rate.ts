import type {Run} from './race.ts';
import {median} from './statistics.ts';

/** Over the whole run, with its beginning and its end. */
export function requestsPerSecond({log, wall}: Run): number {
	return log.times.length / (wall / 1000);
}

/** How often HubSpot said 429. */
export function timesRefused({log}: Run): number {
	return log.statuses.filter(status => status === 429).length;
}

/** The most requests that arrived in any rolling window. */
export function mostInWindow(times: readonly number[], interval: number): number {
	let first = 0;
	let most = 0;
	for (const [index, time] of times.entries()) {
		while ((times[first] as number) <= time - interval) {
			first++;
		}

		most = Math.max(most, index - first + 1);
	}

	return most;
}

/** How much of a rolling limit is used in the long run: the interval, over the time that `limit` requests took. */
export function shareOfLimit(times: readonly number[], limit: number, interval: number): number {
	const durations = times.slice(limit).map((time, index) => time - (times[index] as number));
	return durations.length > 0 ? interval / median(durations) : 0;
}
