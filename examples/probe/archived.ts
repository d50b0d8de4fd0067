import {type Answer, timeOf} from './ask.ts';
import {cannotTell, type Finding} from './finding.ts';

/** Looks at the first page of the archived threads, by timestamp. */
export function lookAtArchived({threads, failure}: Answer): Finding {
	const question = 'Does `archived=true` honour the sort by timestamp?';
	if (failure?.startsWith('HubSpot answered 4')) {
		return {question, answer: 'it is refused', because: failure};
	}

	const dated = threads.filter(thread => !Number.isNaN(timeOf(thread)));
	if (failure || dated.length < 2) {
		return cannotTell(question, failure ?? `only ${dated.length} archived threads with a message were found`);
	}

	const isByTime = isAscending(dated.map(timeOf));
	const isById = isAscending(dated.map(({id}) => Number(id)));
	if (isByTime && isById) {
		return cannotTell(
			question,
			`${dated.length} archived threads are in the same order by id and by timestamp`,
		);
	}

	return {
		question,
		answer: isByTime ? 'yes' : 'no',
		because: `${dated.length} archived threads came in the order of ${isByTime ? 'their timestamps' : isById ? 'their ids' : 'neither'}`,
	};
}

const isAscending = (numbers: readonly number[]) =>
	numbers.every((number, index) => number >= (numbers[index - 1] ?? number));
