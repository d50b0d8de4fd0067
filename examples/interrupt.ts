/** Aborted by Ctrl-C or SIGTERM; its reason is the exit code. */
export function interruptSignal(): AbortSignal {
	const stop = new AbortController();
	for (const [signal, exitCode] of Object.entries({SIGINT: 130, SIGTERM: 143})) {
		// Not `once`: npm passes Ctrl-C on, so it comes twice, and the second would kill us while we tidy up.
		process.on(signal, () => stop.abort(exitCode));
	}

	return stop.signal;
}
