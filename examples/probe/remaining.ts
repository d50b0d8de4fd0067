import type {Ask, Log, RateReading} from './ask.ts';
import {cannotTell, type Finding} from './finding.ts';

/**
 * Compares what remained with what a rolling window would have left. It waits until some of the requests before are
 * out of that window and some are not, twice: a fixed window would begin anew in between.
 */
export async function askAboutRemaining(ask: Ask, {rates}: Log): Promise<Finding> {
	const question = 'Is `X-HubSpot-RateLimit-Remaining` that of the rolling window?';
	const before = rates.filter(isComplete);
	const [first] = before;
	if (!first || before.length < 6) {
		return cannotTell(question, 'too few answers said what remained');
	}

	for (const share of [1 / 3, 2 / 3]) {
		const {time} = before[Math.floor(before.length * share)] as RateReading;
		const delay = time + first.interval - Date.now();
		await new Promise(resolve => setTimeout(resolve, Math.max(0, delay)));
		await ask({limit: '1'});
	}

	const all = rates.filter(isComplete);
	const last = all.slice(before.length);
	const windows = last.map(({time, interval}) => all.filter(other => isWithin(other.time, time, interval)));
	if (last.length < 2 || windows.some(({length}) => length < 5 || length === all.length)) {
		return cannotTell(question, 'the requests were not spread over two intervals');
	}

	// A request that is just leaving the window may be counted by one side alone.
	const surplus = last.map(({limit, remaining}, index) => remaining - limit + (windows[index]?.length ?? 0));
	if (surplus.every(difference => Math.abs(difference) <= 1)) {
		return {question, answer: 'yes', because: 'each of our requests counted for one interval'};
	}

	return surplus.every(difference => difference >= -1) && surplus.some(difference => difference > 2)
		? {question, answer: 'no', because: 'more remained than our own requests of one interval leave'}
		: cannotTell(question, 'others used the limit at the same time');
}

const isComplete = ({limit, remaining, interval}: RateReading) =>
	[limit, remaining, interval].every(Number.isFinite);

const isWithin = (time: number, end: number, interval: number) => time <= end && time > end - interval;
