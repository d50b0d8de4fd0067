import {DailyReserveError} from '../errors.ts';
import type {RateLimit} from '../rate-limit.ts';
import {refuse} from '../rules.ts';

/** What a day's requests are for: the last of them are left to whatever else works in the account. */
export interface DailyReserve {
	observe(rateLimit: RateLimit | undefined): void;
	/** @throws {DailyReserveError} if the last answer that told says that only the reserve is left. */
	check(): void;
}

/** @throws {TypeError} unless it is a share. */
export function parseDailyReserve(share = 0.05): number {
	if (!(typeof share === 'number' && share >= 0 && share < 1)) {
		refuse('throttle.dailyReserve', 'must be a number from 0 to below 1');
	}

	return share;
}

/** Starts afresh with each walk, so that one begun on the next day asks HubSpot again. */
export function createDailyReserve(share: number): DailyReserve {
	let last: RateLimit = {};

	return {
		observe(rateLimit) {
			if (rateLimit?.dailyRemaining !== undefined) {
				last = rateLimit;
			}
		},
		check() {
			const {dailyLimit, dailyRemaining} = last;
			if (dailyLimit !== undefined && dailyRemaining !== undefined && dailyRemaining < dailyLimit * share) {
				throw new DailyReserveError(dailyLimit, dailyRemaining);
			}
		},
	};
}
