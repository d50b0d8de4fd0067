import {existsSync} from 'node:fs';
import {mkdtemp, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {describe, expect, test} from '@jest/globals';
import type {createRuns} from './warehouse.ts';

const {CHROMIUM: named} = process.env;
const chromium = [named, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
	path => path !== undefined && existsSync(path),
);

/** The report of a copy, as a browser shows it. */
export function testReport({setUpAccount}: ReturnType<typeof createRuns>) {
	test.concurrent('the report says what is missing, and helps', async () => {
		const {run} = await setUpAccount({threads: 1});
		const nothing = await run([], {}, 'report.ts');
		expect(nothing).toMatchObject({code: 1, stdout: ''});
		const help = await run(['--help'], {}, 'report.ts');
		expect(help).toMatchObject({code: 0, stderr: ''});
		expect(help.stdout).toContain('npm run report [-- [options] [threads.pglite]]');
	}, 120_000);

	// Not every machine has a browser. A run ends with what it has left out; in CI, with REQUIRE_EXAMPLES=1, it fails.
	const title = 'the report in a browser';
	const inBrowser = chromium
		? describe
		: (name: string, tests: () => void) =>
				describe.skip(`${name}: there is no Chromium; CHROMIUM=/path/to/it npm test -- postgres`, tests);
	inBrowser(title, () => {
		test('is whole without a network, and readable in light, in dark and on paper', async () => {
			const {run, sandbox} = await setUpAccount({threads: 120, inboxIds: ['481939', '273071781']});
			for (const thread of [...sandbox.threads].slice(0, 40)) {
				sandbox.update(thread.id, {inboxId: '<script>alert(1)</script>'});
			}

			expect(await run()).toMatchObject({code: 0, stderr: ''});
			const folder = await mkdtemp(join(tmpdir(), 'report-'));
			const file = join(folder, 'report.html');
			expect(await run(['--output', file], {}, 'report.ts')).toMatchObject({code: 0, stderr: ''});
			expect(await readFile(file, 'utf8')).not.toContain('<script>');
			const {launch} = await import(
				'../../examples/postgres/node_modules/puppeteer-core/lib/esm/puppeteer/puppeteer-core.js'
			);
			const browser = await launch({executablePath: chromium as string, args: ['--no-sandbox']});
			try {
				const page = await browser.newPage();
				const asked: string[] = [];
				const errors: unknown[] = [];
				page.on('request', request => asked.push(request.url()));
				page.on('pageerror', error => errors.push(error));
				for (const [scheme, width] of [
					['light', 1280],
					['dark', 1280],
					['light', 400],
					['dark', 400],
				] as const) {
					await page.setViewport({width, height: 900});
					await page.emulateMediaFeatures([{name: 'prefers-color-scheme', value: scheme}]);
					await page.goto(`file://${file}`);
					const seen = await page.evaluate(look);
					expect({scheme, width, ...seen}).toMatchObject({
						overflow: 0,
						charts: 7,
						emptyCharts: 0,
						hiddenText: 0,
						scalesWithoutLabels: 0,
					});
					expect(seen.isDark).toBe(scheme === 'dark');
					expect(seen.contrast).toBeGreaterThan(7);
				}

				await page.emulateMediaFeatures([{name: 'prefers-color-scheme', value: 'dark'}]);
				await page.emulateMediaType('print');
				const paper = await page.evaluate(look);
				expect(paper).toMatchObject({isDark: false, charts: 7, emptyCharts: 0});
				expect(paper.contrast).toBeGreaterThan(7);
				const pdf = await page.pdf({format: 'A4', printBackground: true});
				expect(pdf.length).toBeGreaterThan(10_000);
				expect(asked.every(url => url === `file://${file}`)).toBe(true);
				expect(errors).toEqual([]);
			} finally {
				await browser.close();
				await rm(folder, {recursive: true});
			}
		}, 120_000);
	});
}

/** In the page. */
function look() {
	const charts = [...document.querySelectorAll('figure svg')];
	const luminance = (color: string) => {
		const [r = 0, g = 0, b = 0] = (color.match(/[\d.]+/g) ?? []).map(part => {
			const share = Number(part) / 255;
			return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
		});
		return 0.2126 * r + 0.7152 * g + 0.0722 * b;
	};
	const card = luminance(getComputedStyle(document.querySelector('figure') as Element).backgroundColor);
	const ink = luminance(getComputedStyle(document.querySelector('td, h2') as Element).color);
	const [dark, light] = [Math.min(card, ink), Math.max(card, ink)];
	// Text that is cut off at the edge of the page.
	const hidden = charts
		.flatMap(chart => [...chart.querySelectorAll('text')])
		.filter(text => {
			const {left, right, width} = text.getBoundingClientRect();
			return width > 0 && (left < 0 || right > document.documentElement.clientWidth);
		});
	return {
		charts: charts.length,
		emptyCharts: charts.filter(chart => chart.querySelectorAll('rect, circle').length === 0).length,
		overflow: Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth),
		hiddenText: hidden.length,
		scalesWithoutLabels: charts.filter(
			chart =>
				[...chart.querySelectorAll('[aria-label*="axis tick label"] text, [aria-label="scale"] text')].filter(
					text => text.textContent,
				).length < 2,
		).length,
		isDark: card < 0.2,
		contrast: (light + 0.05) / (dark + 0.05),
	};
}
