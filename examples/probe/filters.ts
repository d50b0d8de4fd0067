import type {Thread} from 'hubspot-threads';
import type {Ask} from './ask.ts';
import {cannotTell, type Finding} from './finding.ts';

/** `known` is the beginning of the same list, without the filter. */
export async function askAboutStatus(ask: Ask, known: readonly Thread[]): Promise<Finding> {
	const question = 'Does `threadStatus` filter without a contact?';
	const {threads, failure} = await ask({threadStatus: 'CLOSED', limit: '100'});
	if (failure?.startsWith('HubSpot answered 4')) {
		return {question, answer: 'it is refused', because: failure};
	}

	const first = known.slice(0, 100);
	const others = first.filter(({status}) => status !== 'CLOSED').length;
	if (failure || others === 0 || threads.length === 0) {
		return cannotTell(question, failure ?? 'the first threads are all of one status');
	}

	const closed = threads.filter(({status}) => status === 'CLOSED').length;
	return {
		question,
		answer: closed === threads.length ? 'yes' : 'no',
		because: `${closed} of ${threads.length} threads were closed, and without it ${others} of ${first.length} were not`,
	};
}
