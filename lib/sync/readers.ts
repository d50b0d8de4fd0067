/**
 * More than the rate takes, as a part of it: some always wait for their slot, and some are at the end of what they
 * read. While slots are there at once, a limit that was not used up can be caught up with.
 */
const spare = {inTurn: 0.15, atOnce: 0.7};

/**
 * How many pages must be on their way at a time to use a rate limit: as many as it lets through while one is answered
 * (Little's law), and some. With fewer the limit is not used; more only cut the list into more parts, each of which
 * costs a part of a page that two of them read.
 *
 * @param rate requests per millisecond.
 * @param answerTime milliseconds.
 * @param isFree whether slots are there at once.
 */
export function countReaders(rate: number, answerTime: number, isFree: boolean): number {
	return Math.ceil(rate * answerTime * (1 + (isFree ? spare.atOnce : spare.inTurn))) + 1;
}
