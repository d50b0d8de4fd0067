import {existsSync} from 'node:fs';
import {connect} from 'node:net';
import {afterAll, afterEach, beforeAll, describe, expect, test} from '@jest/globals';
import puppeteer, {type Browser, type Page} from 'puppeteer-core';
import {serve} from 'srvx/node';
import {createApp} from '../examples/web/app.ts';
import type {Thread} from '../lib/index.ts';
import {type StartSandboxOptions, startSandbox} from '../lib/sandbox/index.ts';

const chromium = process.env.CHROMIUM ?? '/usr/bin/chromium';
const closes: Array<() => Promise<void>> = [];

afterEach(async () => {
	await Promise.all(closes.splice(0).map(close => close()));
});

async function setUp(options: StartSandboxOptions = {}) {
	const sandbox = await startSandbox({threads: 60, rateLimit: false, ...options});
	const {accessToken, url: baseUrl} = sandbox;
	const server = serve({
		fetch: createApp({accessToken, baseUrl}),
		port: 0,
		hostname: '127.0.0.1',
		silent: true,
		gracefulShutdown: false,
	});
	await server.ready();
	closes.push(sandbox.close, () => server.close(true));
	return {sandbox, url: server.url as string};
}

async function until(condition: () => boolean | Promise<boolean>) {
	while (!(await condition())) {
		await new Promise(resolve => setTimeout(resolve, 5));
	}
}

const linesOf = async (response: Response) =>
	(await response.text())
		.split('\n')
		.filter(Boolean)
		.map(line => JSON.parse(line));

describe('over HTTP', () => {
	test('threads, their messages and the inboxes come as lines of JSON', async () => {
		const {sandbox, url} = await setUp();
		const threads = await fetch(`${url}threads?status=OPEN&inbox=481939`);
		expect(threads.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8');
		const expected = [...sandbox.threads].filter(t => t.status === 'OPEN' && t.inboxId === '481939');
		expect((await linesOf(threads)).map(({id}) => id)).toEqual(expected.map(({id}) => id));

		const [{id}] = expected as [Thread];
		const messages = await linesOf(await fetch(`${url}threads/${id}/messages`));
		expect(messages.map(({id}) => id).sort()).toEqual(
			sandbox
				.messages(id)
				.filter(({archived}) => !archived)
				.map(({id}) => id)
				.sort(),
		);
		expect((await linesOf(await fetch(`${url}inboxes`))).length).toBeGreaterThan(2);
	});

	test('an error after the beginning is the last line, without a secret', async () => {
		const {sandbox, url} = await setUp({faults: {1: {size: 20}, 2: {status: 400, body: {message: 'no'}}}});
		const lines = await linesOf(await fetch(`${url}threads`));
		expect(lines).toHaveLength(21);
		expect(lines.at(-1)).toEqual({
			error: {
				name: 'ResponseError',
				message: expect.stringMatching(/^HubSpot answered 400: no/),
				resume: {after: expect.any(String)},
			},
		});
		expect(JSON.stringify(lines)).not.toContain(sandbox.accessToken);
	});

	test.each([
		['threads?status=open', 400, "`threadStatus` must be 'OPEN' or 'CLOSED'\n"],
		['threads?inbox=all', 400, "`inboxId` must be one of HubSpot's ids: digits\n"],
		['threads/x/messages', 400, "`threadId` must be one of HubSpot's ids: digits\n"],
		['elsewhere', 404, 'There is nothing here.\n'],
	])('%s is refused', async (path, status, text) => {
		const {url} = await setUp();
		const response = await fetch(url + path);
		expect([response.status, await response.text()]).toEqual([status, text]);
	});

	test.each(['headers', 'body'] as const)(
		'when the browser goes while HubSpot hangs (%s), the request to HubSpot ends',
		async stall => {
			const {sandbox, url} = await setUp({faults: {1: {stall}}});
			const socket = connect(Number(new URL(url).port), '127.0.0.1');
			socket.on('error', () => {});
			socket.write('GET /threads HTTP/1.1\r\nHost: localhost\r\n\r\n');
			await until(() => sandbox.requests.length === 1);
			socket.destroy();
			await until(() => sandbox.requests[0]?.isAborted === true);
			expect(sandbox.requests).toHaveLength(1);
		},
	);
});

// Not every machine has a browser. A run ends with what it has left out; in CI, with REQUIRE_EXAMPLES=1, it fails.
const browserTests = existsSync(chromium) ? describe : describe.skip;
browserTests(
	`web in a browser${existsSync(chromium) ? '' : `: there is no ${chromium}: apt-get install chromium`}`,
	() => {
		let browser: Browser;
		beforeAll(async () => {
			browser = await puppeteer.launch({
				executablePath: chromium,
				args: [
					'--no-sandbox',
					'--disable-gpu',
					'--disable-quic',
					'--disable-background-networking',
					'--disable-sync',
				],
			});
		}, 60_000);
		afterAll(() => browser?.close());

		async function open(url: string): Promise<{page: Page; problems: string[]}> {
			const page = await browser.newPage();
			const problems: string[] = [];
			page.on('pageerror', error => problems.push(String(error)));
			await page.goto(url, {waitUntil: 'domcontentloaded'});
			return {page, problems};
		}

		const textOf = (page: Page, selector: string) =>
			page.$eval(selector, element => (element as {textContent: string | null}).textContent ?? '');
		const countOf = (page: Page, selector: string) => page.$$eval(selector, found => found.length);

		test('a filter applies, and a click shows the conversation', async () => {
			const {sandbox, url} = await setUp();
			const {page, problems} = await open(url);
			await until(async () => (await textOf(page, '#progress')).startsWith('complete: 60 threads'));
			expect(await countOf(page, '#threads tr')).toBe(60);

			await page.select('#status', 'OPEN');
			const isOpen = [...sandbox.threads].filter(({status}) => status === 'OPEN');
			await until(async () =>
				(await textOf(page, '#progress')).startsWith(`complete: ${isOpen.length} threads`),
			);
			expect(await countOf(page, '#threads tr')).toBe(isOpen.length);

			await page.click('#threads tr');
			const [first] = isOpen as [Thread];
			const messages = sandbox.messages(first.id).filter(({archived}) => !archived);
			await until(async () => (await countOf(page, '#messages > *')) === messages.length);
			const shown = await textOf(page, '#messages');
			for (const {text = ''} of messages) {
				expect(shown).toContain(text);
			}

			expect(problems).toEqual([]);
			await page.close();
		}, 60_000);

		test('the table fills while HubSpot is slow, and its request ends when the page is closed', async () => {
			const isThreads = (url: string) => new URL(url).pathname.endsWith('/threads');
			let pages = 0;
			const {sandbox, url} = await setUp({
				faults: ({url}) => (isThreads(url) ? (++pages < 3 ? {size: 20} : {stall: 'headers'}) : undefined),
			});
			const {page, problems} = await open(url);
			await until(async () => (await textOf(page, '#progress')).startsWith('loading: 40 threads'));
			expect(await countOf(page, '#threads tr')).toBe(40);
			const hanging = sandbox.requests.filter(({url}) => isThreads(url)).at(-1);
			expect(hanging?.isAborted).toBeUndefined();
			await page.close();
			await until(() => hanging?.isAborted === true);
			expect(problems).toEqual([]);
		}, 60_000);

		test('an error says what is wrong and what to do, and "Load again" does', async () => {
			const isThreads = (url: string) => new URL(url).pathname.endsWith('/threads');
			let isRevoked = true;
			const {url} = await setUp({
				faults: ({url}) => (isThreads(url) && isRevoked ? {status: 401} : undefined),
			});
			const {page} = await open(url);
			await until(async () => (await textOf(page, '#progress')).startsWith('not complete: 0 threads'));
			expect(await textOf(page, '#error')).toMatch(
				/^What is shown is not complete\. HubSpot answered 401.* Check that the access token is whole.*Load again$/,
			);
			isRevoked = false;
			await page.click('#error button');
			await until(async () => (await textOf(page, '#progress')).startsWith('complete: 60 threads'));
			expect(await page.$eval('#error', element => (element as {hidden?: boolean}).hidden)).toBe(true);
			await page.close();
		}, 60_000);
	},
);
