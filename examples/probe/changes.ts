import type {Thread} from 'hubspot-threads';
import {timeOf} from './ask.ts';
import {cannotTell, type Finding} from './finding.ts';

/** So many threads must agree before a pattern counts as one. */
const enough = 10;

/** What moves `latestMessageTimestamp`, as far as threads tell of their past. */
export function lookAtChanges(threads: readonly Thread[]): Finding[] {
	return [
		lookAtClosing(threads),
		cannotTell(
			'Does assigning or moving a thread move `latestMessageTimestamp`?',
			'threads do not say when they were assigned or moved, and this probe only reads',
		),
	];
}

function lookAtClosing(threads: readonly Thread[]): Finding {
	const question = 'Does closing a thread move `latestMessageTimestamp`?';
	/** Milliseconds from the latest message to the closing. */
	const delays = threads
		.filter(({status}) => status === 'CLOSED')
		.map(thread => Date.parse(thread.closedAt ?? '') - timeOf(thread))
		.filter(delay => !Number.isNaN(delay));
	const later = delays.filter(delay => delay >= 1000);
	if (later.length > 0) {
		return {
			question,
			answer: 'no',
			because: `${later.length} of ${delays.length} closed threads were closed a second or more after it`,
		};
	}

	const same = delays.filter(delay => Math.abs(delay) < 1000);
	return same.length >= enough
		? {
				question,
				answer: 'it seems so',
				because: `${same.length} of ${delays.length} closed threads have the time of their closing there, and none an earlier one`,
			}
		: cannotTell(
				question,
				`only ${delays.length} closed threads with a message were found, none closed after it`,
			);
}
