import type {RateLimit} from '../rate-limit.ts';
import {longestTimer} from '../wait.ts';
import {now} from './monotonic.ts';
import type {SharedOptions} from './options.ts';
import type {Answer, Rate, Store} from './store.ts';

/** What this process has learned, until the store knows it too: then everybody does. */
export interface Relay {
	/** Tells the store what is new, and asks it for a slot if it `takes` one. */
	ask(takes: boolean): Promise<Answer>;
	/** Tells the store now. What it could not be told goes with the next question, which then fails for a reason. */
	tell(): Promise<void>;
	pause(milliseconds: number): void;
	/** Whether that is news. */
	learn(rateLimit: RateLimit): boolean;
	/** As far as this process knows. */
	readonly rate: Rate;
	/** On the clock of `now()`: no slot is used before. */
	readonly pausedUntil: number;
}

export function createRelay(store: Store, {rate, isFixed}: SharedOptions): Relay {
	let shared = rate;
	let learned: Rate | undefined;
	let pausedUntil = 0;
	let pauseTold = 0;
	let telling: Promise<void> | undefined;

	const current = () => (isFixed ? rate : (learned ?? shared));

	async function ask(takes: boolean): Promise<Answer> {
		const saying = {learned, pausedUntil};
		const answer = await store.ask({
			rate: current(),
			replaces: isFixed || learned !== undefined,
			pause: pausedUntil > pauseTold ? Math.max(0, pausedUntil - now()) : 0,
			takes,
		});
		pauseTold = Math.max(pauseTold, saying.pausedUntil);
		if (learned === saying.learned) {
			learned = undefined;
			shared = answer.rate;
		}

		return answer;
	}

	async function tellAll() {
		try {
			while (learned !== undefined || pausedUntil > pauseTold) {
				await ask(false);
			}
		} catch {
			// The next question says it again, and somebody waits for its answer.
		}
	}

	return {
		ask,
		tell() {
			telling ??= tellAll().finally(() => {
				telling = undefined;
			});
			return telling;
		},
		pause(milliseconds) {
			if (milliseconds > 0) {
				pausedUntil = Math.max(pausedUntil, now() + Math.min(milliseconds, longestTimer));
			}
		},
		learn(rateLimit) {
			const old = current();
			const {limit = old.limit, interval = old.interval} = rateLimit;
			const isNews = limit !== old.limit || interval !== old.interval;
			if (isFixed || !isNews || !(limit >= 1 && interval >= 1)) {
				return false;
			}

			learned = {limit, interval};
			return true;
		},
		get rate() {
			return current();
		},
		get pausedUntil() {
			return pausedUntil;
		},
	};
}
