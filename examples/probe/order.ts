import type {Thread} from 'hubspot-threads';
import {type Answer, type Ask, byTimeFrom, timeOf} from './ask.ts';
import {cannotTell, type Finding} from './finding.ts';

/** Looks at the oldest threads, and at the latest known ones, where an index could be behind its threads. */
export async function askAboutOrder(ask: Ask, oldest: Answer, known: readonly Thread[]): Promise<Finding> {
	const question = 'Can a row of the list by timestamp show a later time than its place?';
	const latest = Math.max(...timesOf(known));
	if (oldest.failure !== undefined || latest < 0) {
		return cannotTell(question, oldest.failure ?? 'no thread with a message was found');
	}

	const recent = await ask({...byTimeFrom(latest - 1000), limit: '500'});
	const pages = [oldest.threads, recent.threads].map(timesOf);
	const total = pages.flat().length;
	const late = pages.flatMap(times =>
		times.filter((time, index) => time > Math.min(...times.slice(index + 1))),
	).length;
	return late > 0
		? {question, answer: 'yes', because: `${late} of ${total} rows showed a later time than a row after them`}
		: {question, answer: 'not seen', because: `${total} rows were in order`};
}

const timesOf = (threads: readonly Thread[]) => threads.map(timeOf).filter(time => !Number.isNaN(time));
