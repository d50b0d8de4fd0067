/**
 * How many readers there are for each one that the rate takes. A run that uses its first interval in few rounds gets it back in
 * as few in each interval that follows, so its last pages take few rounds, too; and some readers are always at the end of
 * what they read.
 */
const factor = 2.45;

/**
 * How many pages must be on their way at a time to use a rate limit: as many as it lets through while one is answered
 * (Little's law), and some. With fewer the limit is not used; more only cut the list into more parts, each of which
 * costs a part of a page that two of them read.
 *
 * @param rate requests per millisecond.
 * @param answerTime milliseconds.
 */
export function countReaders(rate: number, answerTime: number): number {
	return Math.ceil(rate * answerTime * factor) + 1;
}
