import {styleText} from 'node:util';
import {type PageEvent, type PaginateOptions, ResponseError} from 'hubspot-threads';
import ora from 'ora';

export const count = (number: number) => Math.round(number).toLocaleString('en');
const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;

/** Shows a walk as it goes: one moving line in a terminal; in a log, where nothing moves, a line a second. */
export function createProgress() {
	// Left alone, ora reads stdin in raw mode, and Ctrl-C would reach only us, not what runs beside us.
	// In a terminal without a width (some containers have one) it would clear lines for ever.
	const hasNoWidth = process.stdout.columns === 0;
	const spinner = ora({stream: process.stdout, discardStdin: false, ...(hasNoWidth && {isEnabled: false})});
	const isTerminal = spinner.isEnabled;
	let start = Date.now();
	let before = 0;
	let done: number | undefined;
	let counts: PageEvent = {pages: 0, items: 0, requests: 0, retries: 0};
	let timer: NodeJS.Timeout | undefined;

	// While the spinner turns, ora puts what is logged above it.
	function note(what: string, text: string) {
		const label = what.padEnd(10);
		console.log(`${isTerminal ? styleText('yellow', label) : label} ${text}`);
	}

	function show() {
		const {pages, items: threads, requests} = counts;
		const share = done === undefined ? '' : `${Math.floor(done * 100)} %, `;
		const line = `${share}${count(before + threads)} threads, ${count(pages)} pages, ${count(requests)} requests`;
		if (isTerminal) {
			spinner.text = `${line}, ${seconds(Date.now() - start)}`;
		} else {
			note(seconds(Date.now() - start), line);
		}
	}

	const callbacks = {
		onPage(event) {
			// To a sync, a page that only repeats what it has read is empty too: no news.
			if (event.items === counts.items && done === undefined) {
				note('empty page', 'only a missing cursor is the end');
			}

			counts = event;
		},
		onRetry({error, attempt, delay}) {
			const asked = error instanceof ResponseError && error.retryAt ? ', as it asks' : '';
			note(`retry ${attempt}`, `${error.message}; again in ${seconds(delay)}${asked}`);
		},
		onThrottle({delay}) {
			// Most waits are too short to be news.
			if (delay >= 200) {
				note('throttle', `waited ${seconds(delay)} to keep to the rate limit`);
			}
		},
	} satisfies Partial<PaginateOptions>;

	return {
		callbacks,
		/** @param threads that earlier runs have exported. */
		start(threads: number) {
			start = Date.now();
			before = threads;
			timer = setInterval(show, isTerminal ? 100 : 1000);
			if (isTerminal) {
				spinner.start();
			}
		},
		/** @param share from 0 to 1, of a sync. */
		show(share: number) {
			done = share;
		},
		stop() {
			clearInterval(timer);
			spinner.stop();
		},
		summary() {
			const {pages, items: threads, requests, retries} = counts;
			const took = Date.now() - start;
			return [
				`${count(threads)} threads`,
				`${count(pages)} pages`,
				`${count(requests)} requests`,
				`${count(retries)} retries`,
				seconds(took),
				`${count((threads * 1000) / took)} threads/s`,
			].join(', ');
		},
	};
}
