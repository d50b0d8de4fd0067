/** Runs the checks in a page whose own origin has the sandbox. */
export async function runInChromium(path, {host, only}) {
	const {chromium} = await import('playwright-core');
	// In a container there is no other sandbox for it, and little shared memory.
	const browser = await chromium.launch({
		executablePath: path,
		args: ['--no-sandbox', '--disable-dev-shm-usage'],
	});
	try {
		const page = await browser.newPage();
		const errors = [];
		page.on('pageerror', error => errors.push(String(error.stack ?? error)));
		await page.goto(`${host}/`);
		const results = await page.evaluate(only => globalThis.runChecks(only), only);
		const failure = errors.join('\n') || undefined;
		return [...results, {transport: 'in memory', name: 'the runtime has nothing to complain of', failure}];
	} finally {
		await browser.close();
	}
}
