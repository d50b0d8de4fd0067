import type {Cursor, Thread} from 'hubspot-threads';
import {type Answer, type Ask, byTimeFrom, timeOf} from './ask.ts';
import {cannotTell, type Finding} from './finding.ts';

interface List {
	readonly name: string;
	readonly parameters: Readonly<Record<string, string>>;
	/** Its first page. */
	readonly start: Answer;
}

/**
 * Takes a cursor of one list to another, which has only some of its threads. A keyset cursor goes on after the same
 * thread there; an offset leaves out as many threads as before, and so comes out further on.
 */
export async function askAboutCursor(ask: Ask, {name, parameters, start}: List): Promise<Finding> {
	const question = `Is \`after\` keyset or offset, in the list by ${name}?`;
	const {threads: list, failure} = start;
	const [size, filter] = findFilter(list) ?? [];
	if (size === undefined || filter === undefined) {
		return cannotTell(question, failure ?? 'its first threads are all of one status and inbox, or too few');
	}

	const limit = String(size);
	const first = await ask({...parameters, limit});
	const isSame = list.slice(0, size).every(({id}, index) => id === first.threads[index]?.id);
	if (first.next === undefined || !isSame) {
		return cannotTell(question, first.failure ?? 'a page came short, or the list changed meanwhile');
	}

	const matches = (thread: Thread) => isMatch(thread, filter);
	const filtered = await ask({...parameters, ...filter, limit}, {after: first.next});
	const places = [
		whereOf(filtered, {keyset: list.slice(size).find(matches), offset: list.filter(matches)[size]}),
	];
	if (filtered.threads.some(thread => !matches(thread))) {
		return cannotTell(question, 'a cursor carries its own filter along');
	}

	// An offset that is counted before the filter is found out here: a bound moves the start of the list.
	const gap = parameters.sort === undefined ? -1 : findGap(list.slice(0, size + 1));
	const last = list[gap];
	if (last) {
		const later = await ask({...parameters, ...byTimeFrom(timeOf(last) + 1000), limit}, {after: first.next});
		places.push(whereOf(later, {keyset: list[size], offset: list[size + gap + 1]}));
	}

	if (places.includes('offset')) {
		return {question, answer: 'offset', because: 'in a shorter list it left out as many threads as before'};
	}

	if (places.every(place => place === 'keyset')) {
		const doubt = last ? '' : '; an offset that is counted before the filter would do so too';
		return {
			question,
			answer: 'keyset',
			because: `in a shorter list it went on after the same thread${doubt}`,
		};
	}

	return cannotTell(question, filtered.failure ?? 'the next page began at neither of the two places');
}

/** A page size and a filter with which the two kinds of cursor come out at different threads. */
function findFilter(list: readonly Thread[]) {
	const filters = [
		...['OPEN', 'CLOSED'].map(threadStatus => ({threadStatus})),
		...[...new Set(list.map(({inboxId}) => inboxId))].map(inboxId => ({inboxId})),
	];
	for (const size of [10, 1]) {
		for (const filter of filters) {
			const matching = list.filter(thread => isMatch(thread, filter));
			const areSomeLeftOut = list.slice(0, size).some(thread => !isMatch(thread, filter));
			if (areSomeLeftOut && matching.length > size) {
				return [size, filter] as const;
			}
		}
	}

	return;
}

type Filter = {readonly threadStatus: string} | {readonly inboxId: string};

const isMatch = ({status, inboxId}: Thread, filter: Filter) =>
	'inboxId' in filter ? inboxId === filter.inboxId : status === filter.threadStatus;

/** After which thread there is enough time for a bound, however it is rounded; -1 if there is none. */
const findGap = (list: readonly Thread[]) =>
	list.findIndex((thread, index) => timeOf(list[index + 1] ?? thread) - timeOf(thread) >= 3000);

function whereOf(
	{threads: [thread]}: Answer,
	{keyset, offset}: {readonly keyset: Thread | undefined; readonly offset: Thread | undefined},
) {
	return thread && (thread.id === keyset?.id ? 'keyset' : thread.id === offset?.id ? 'offset' : 'neither');
}

export function askAboutEncoding(cursors: readonly Cursor[]): Finding {
	const question = 'Is `after` percent-encoded inside the JSON?';
	const [cursor] = cursors;
	if (cursor === undefined) {
		return cannotTell(question, 'no page had a cursor');
	}

	if (cursors.some(isEncoded)) {
		return {
			question,
			answer: 'yes',
			because: `cursors hold \`%\` and two hex digits; decoded, they look like ${shapeOf(decodeURIComponent(cursor))}`,
		};
	}

	return cursors.some(cursor => /[^\w.~-]/.test(cursor))
		? {
				question,
				answer: 'no',
				because: `cursors hold characters that would be encoded; they look like ${shapeOf(cursor)}`,
			}
		: cannotTell(
				question,
				`no cursor has a character that needs encoding; they look like ${shapeOf(cursor)}`,
			);
}

const isEncoded = (cursor: Cursor) => /%[\da-f]{2}/i.test(cursor);

function shapeOf(cursor: string) {
	if (/^\d+$/.test(cursor)) {
		return 'a number';
	}

	const bytes = Buffer.from(cursor, 'base64');
	if (bytes.toString('base64') !== cursor) {
		return 'nothing known';
	}

	return /^\d+\s*$/.test(String(bytes)) ? 'base64 of a number' : 'base64';
}
