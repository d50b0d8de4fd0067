import type {Thread} from 'hubspot-threads';
import {type Answer, type Ask, byTimeFrom, timeOf} from './ask.ts';
import {cannotTell, type Finding} from './finding.ts';

const isMessageless = (thread: Thread) => Number.isNaN(timeOf(thread));

export async function askAboutMessageless(
	ask: Ask,
	byId: readonly Thread[],
	oldest: Answer,
): Promise<Finding[]> {
	const inIds = 'Are message-less threads in the list by id?';
	const inTimes = 'Are message-less threads in the list by timestamp?';
	const found = byId.filter(isMessageless);
	const [thread] = found;
	const none = `all ${byId.length} threads looked at have a message`;
	return [
		thread
			? {question: inIds, answer: 'yes', because: `${found.length} of ${byId.length} threads had none`}
			: cannotTell(inIds, `${none}: there may be no others`),
		await lookInTimes(),
	];

	async function lookInTimes(): Promise<Finding> {
		if (oldest.failure) {
			return cannotTell(inTimes, oldest.failure);
		}

		if (oldest.threads.some(isMessageless)) {
			return {question: inTimes, answer: 'yes', because: 'one was among the first'};
		}

		if (!thread) {
			return cannotTell(inTimes, none);
		}

		if (oldest.next === undefined) {
			return {question: inTimes, answer: 'no', because: 'the whole list has none of them'};
		}

		// A list that has them nevertheless would have them where they were created.
		const createdAt = Date.parse(thread.createdAt);
		const {threads, next, failure} = await ask({...byTimeFrom(createdAt - 1000), limit: '500'});
		if (threads.some(isMessageless)) {
			return {question: inTimes, answer: 'yes', because: 'one was where it was created'};
		}

		const isPast = next === undefined || threads.some(other => timeOf(other) > createdAt);
		return failure === undefined && isPast
			? {question: inTimes, answer: 'no', because: 'none was at the start, and one not where it was created'}
			: cannotTell(inTimes, failure ?? 'the page did not reach the place where one was created');
	}
}
