import type {Ask} from './ask.ts';
import {cannotTell, type Finding} from './finding.ts';

export async function askAboutPageSize(ask: Ask): Promise<Finding> {
	const question = 'What does `limit=501` answer?';
	const {threads, next, failure} = await ask({limit: '501'});
	if (failure?.startsWith('HubSpot answered 4')) {
		return {question, answer: 'an error', because: failure};
	}

	if (failure) {
		return cannotTell(question, failure);
	}

	if (threads.length > 500) {
		return {question, answer: '501 threads', because: 'that many were on the page'};
	}

	return next === undefined
		? cannotTell(question, 'the account has no more than 500 threads')
		: {
				question,
				answer: `a page of ${threads.length} threads`,
				because: 'that many were on it, and a cursor said that more follow',
			};
}
