import type {Answer, Question, Store} from '../../lib/shared/store.ts';
import {gapOf, horizon} from '../../lib/shared/store.ts';

/**
 * The rule of the stores in TypeScript, on the clock of the test, for what the processes do with the answers. What
 * PostgreSQL and Redis really do is tested with them.
 */
export interface FakeStore extends Store {
	readonly questions: Question[];
	/** Milliseconds until an answer is there: the store decides half-way. */
	latency: number;
	/** What the next questions are rejected with. */
	failure: unknown;
	/** Never answers. */
	hangs: boolean;
	lose(): void;
}

export function createFakeStore(): FakeStore {
	let row: {slot: number; rate: Question['rate']} | undefined;
	const wait = (milliseconds: number) =>
		milliseconds > 0 ? new Promise(resolve => setTimeout(resolve, milliseconds)) : undefined;

	function decide({rate, replaces, pause, takes}: Question): Answer {
		const time = performance.now();
		if (!row) {
			row = {slot: time + Math.max(horizon, pause), rate};
			return {granted: false, wait: row.slot - time, rate};
		}

		const shared = replaces ? rate : row.rate;
		const free = Math.max(row.slot + gapOf(shared), time);
		const granted = takes && pause === 0 && free <= time + horizon;
		row = {slot: granted ? free : Math.max(row.slot, time + pause), rate: shared};
		return {granted, wait: row.slot - time, rate: shared};
	}

	return {
		name: 'test store',
		questions: [],
		latency: 0,
		failure: undefined,
		hangs: false,
		lose() {
			row = undefined;
		},
		async ask(question) {
			this.questions.push(question);
			await wait(this.latency / 2);
			if (this.hangs) {
				return new Promise(() => {});
			}

			if (this.failure !== undefined) {
				throw this.failure;
			}

			const answer = decide(question);
			await wait(this.latency / 2);
			return answer;
		},
	};
}
