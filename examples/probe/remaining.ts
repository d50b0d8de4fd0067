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

	for (const share of [1 / 4, 1 / 2]) {
		const {sent} = before[Math.floor(before.length * share)] as RateReading;
		const delay = sent + first.interval - Date.now();
		await new Promise(resolve => setTimeout(resolve, Math.max(0, delay)));
		await ask({limit: '1'});
	}

	const all = rates.filter(isComplete);
	const last = all.slice(before.length).map(({sent, answered, limit, remaining, interval}, index) => {
		const upToThis = all.slice(0, before.length + index + 1);
		return {
			used: limit - remaining,
			// So many surely counted then, and so many may have.
			least: upToThis.filter(other => answered - other.sent < interval).length,
			most: upToThis.filter(other => sent - other.answered <= interval).length,
			soFar: upToThis.length,
		};
	});
	if (last.length < 2 || last.some(({least, most, soFar}) => least < 5 || most === soFar)) {
		return cannotTell(question, 'the requests were not spread over two intervals');
	}

	if (last.every(({used, least, most}) => used >= least && used <= most)) {
		return {question, answer: 'yes', because: 'each of our requests counted for one interval'};
	}

	return last.every(({used, most}) => used <= most) && last.some(({used, least}) => used < least - 2)
		? {question, answer: 'no', because: 'more remained than our own requests of one interval leave'}
		: cannotTell(question, 'others used the limit at the same time');
}

const isComplete = ({limit, remaining, interval}: RateReading) =>
	[limit, remaining, interval].every(Number.isFinite);
