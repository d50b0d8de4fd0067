/** A page that grows faster than this says more of a gap in it than of the list behind it. */
const mostGrowth = 4;

/**
 * The power of time with which rows have come since the first of them: 1 if evenly, or ever fewer; 3 if their rate grew
 * with the square of time, as that of an account does whose customers become more.
 *
 * @param times of the rows of a page, ascending.
 */
export function growthOf(times: readonly number[]): number {
	const middle = times.length >> 1;
	const [first, last] = [times[0] as number, times.at(-1) as number];
	const rows = middle / (times.length - 1);
	const time = ((times[middle] as number) - first) / (last - first);
	return Math.max(1, Math.min(mostGrowth, Math.log(rows) / Math.log(time) || 1));
}
