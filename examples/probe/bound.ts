import type {Thread} from 'hubspot-threads';
import {type Answer, type Ask, byTimeFrom, timeOf} from './ask.ts';
import {cannotTell, type Finding} from './finding.ts';

const inclusive = 'Is `latestMessageTimestampAfter` inclusive?';
const milliseconds = 'Does `latestMessageTimestampAfter` honour milliseconds?';
const second = 1000;

/** Asks with bounds just before, at and just after the time of one thread, and looks whether it is listed. */
export async function askAboutBound(ask: Ask, oldest: Answer): Promise<Finding[]> {
	const unknown = (because: string) => [cannotTell(inclusive, because), cannotTell(milliseconds, because)];
	if (oldest.failure) {
		return unknown(oldest.failure);
	}

	// Not next to a whole second, so that all three bounds are within the same one; and rather not where a coarser bound
	// would have a step.
	const between = oldest.threads.filter(
		thread => timeOf(thread) % second > 1 && timeOf(thread) % second < 998,
	);
	const isOffStep = (thread: Thread) => [1, 2, 3].includes(Math.floor(timeOf(thread) / second) % 5);
	const thread = between.find(isOffStep) ?? between[0];
	if (!thread) {
		return unknown('no thread was found whose latest message is between two whole seconds');
	}

	const time = timeOf(thread);
	const [before, at, after] = [
		await isListed(time - 1, thread),
		await isListed(time, thread),
		await isListed(time + 1, thread),
	];
	const isHonoured: Finding = {
		question: milliseconds,
		answer: 'yes',
		because: 'one millisecond decided whether a thread was listed',
	};
	if (before && at === true && after === false) {
		return [
			{question: inclusive, answer: 'inclusive', because: 'a thread exactly at the bound was listed'},
			isHonoured,
		];
	}

	if (before && at === false && after === false) {
		return [
			{question: inclusive, answer: 'exclusive', because: 'a thread exactly at the bound was not listed'},
			isHonoured,
		];
	}

	if (before === undefined || before !== at || at !== after) {
		return unknown('a thread was neither clearly listed nor clearly left out');
	}

	return [
		await isWholeSecondListed(before, time, thread),
		{
			question: milliseconds,
			answer: 'no',
			because: `a millisecond before, at and after the bound a thread was ${before ? 'listed' : 'left out'} all the same`,
		},
	];

	/** `undefined` if the page does not reach far enough to say. */
	async function isListed(bound: number, thread: Thread): Promise<boolean | undefined> {
		// However coarse the bound is, no more threads than these can come first.
		const limit = oldest.threads.indexOf(thread) + 1;
		const {threads, next, failure} = await ask({...byTimeFrom(bound), limit: String(limit)});
		if (threads.some(({id}) => id === thread.id)) {
			return true;
		}

		const isPast = next === undefined || threads.some(other => timeOf(other) > timeOf(thread));
		return failure === undefined && isPast ? false : undefined;
	}

	/** Where milliseconds do not count, only a thread at a whole second can tell. */
	async function isWholeSecondListed(isRoundedDown: boolean, time: number, thread: Thread): Promise<Finding> {
		const wholeSecond = Math.floor(time / second) * second + (isRoundedDown ? second : 0);
		// A coarser bound could have a step just there.
		if (wholeSecond % (5 * second) === 0 || (await isListed(wholeSecond, thread)) !== !isRoundedDown) {
			return cannotTell(inclusive, 'the bound may be coarser than a second');
		}

		const exact = oldest.threads.find(thread => timeOf(thread) % second === 0);
		const isIn = exact && (await isListed(timeOf(exact), exact));
		return isIn === undefined
			? cannotTell(inclusive, 'milliseconds do not count, and no thread at a whole second was found')
			: {
					question: inclusive,
					answer: isIn ? 'inclusive' : 'exclusive',
					because: `a thread at a whole second, exactly at the bound, was ${isIn ? '' : 'not '}listed`,
				};
	}
}
