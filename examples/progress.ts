import {styleText} from 'node:util';
import {ResponseError, type RetryEvent, type ThrottleEvent} from 'hubspot-threads';
import ora from 'ora';

export const count = (number: number) => Math.round(number).toLocaleString('en');
export const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;

/** Such as `1 thread` and `2 threads`. */
export const counted = (number: number, what: string) => `${count(number)} ${what}${number === 1 ? '' : 's'}`;

/**
 * Shows work as it goes: one moving line in a terminal; in a log, where nothing moves, a line a second.
 *
 * @param describe what that line says of now.
 */
export function createProgress(describe: () => string) {
	// Left alone, ora reads stdin in raw mode, and Ctrl-C would reach only us, not what runs beside us.
	// In a terminal without a width (some containers have one) it would clear lines for ever.
	const hasNoWidth = process.stdout.columns === 0;
	const spinner = ora({stream: process.stdout, discardStdin: false, ...(hasNoWidth && {isEnabled: false})});
	const isTerminal = spinner.isEnabled;
	let begun = Date.now();
	let timer: NodeJS.Timeout | undefined;

	// While the spinner turns, ora puts what is logged above it.
	function note(what: string, text: string) {
		const label = what.padEnd(10);
		console.log(`${isTerminal ? styleText('yellow', label) : label} ${text}`);
	}

	function show() {
		if (isTerminal) {
			spinner.text = `${describe()}, ${seconds(Date.now() - begun)}`;
		} else {
			note(seconds(Date.now() - begun), describe());
		}
	}

	return {
		note,
		/** For the options of every walk. */
		notices: {
			onRetry({error, attempt, delay}: RetryEvent) {
				const asked = error instanceof ResponseError && error.retryAt ? ', as it asks' : '';
				note(`retry ${attempt}`, `${error.message}; again in ${seconds(delay)}${asked}`);
			},
			onThrottle({delay}: ThrottleEvent) {
				// Most waits are too short to be news.
				if (delay >= 200) {
					note('throttle', `waited ${seconds(delay)} to keep to the rate limit`);
				}
			},
		},
		start() {
			begun = Date.now();
			timer = setInterval(show, isTerminal ? 100 : 1000);
			if (isTerminal) {
				spinner.start();
			}
		},
		stop() {
			clearInterval(timer);
			spinner.stop();
		},
		/** Milliseconds since the start. */
		elapsed: () => Date.now() - begun,
	};
}
