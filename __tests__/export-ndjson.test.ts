import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {appendFile, mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {gunzipSync, gzipSync} from 'node:zlib';
import {afterAll, describe, expect, jest, test} from '@jest/globals';
import {busy, embeddedHubspot} from '../examples/embedded-hubspot.ts';
import {
	createSandbox,
	type StartedSandbox,
	type StartSandboxOptions,
	startSandbox,
} from '../lib/sandbox/index.ts';
import {outputOf} from './support/output.ts';

jest.setTimeout(240_000);

/** LONG_TESTS=1, as in `npm run test:long`, runs what takes long too. */
const isLong = process.env.LONG_TESTS === '1';
const script = fileURLToPath(new URL('../examples/export-ndjson.ts', import.meta.url));
const names = ['threads.ndjson', 'threads.ndjson.gz'];
const commandLine = [process.execPath, script];
const root = await mkdtemp(join(tmpdir(), 'export-ndjson-'));
const sandboxes: StartedSandbox[] = [];
const idsOf = (threads: Iterable<{readonly id: string}>) => Array.from(threads, ({id}) => id);

afterAll(async () => {
	await Promise.all(sandboxes.map(sandbox => sandbox.close()));
	await rm(root, {recursive: true});
});

/** A directory of its own for each export, and runs of the example in it. */
async function setUp(env: NodeJS.ProcessEnv = {}, name = 'threads.ndjson') {
	const directory = await mkdtemp(join(root, 'run-'));
	const output = join(directory, name);
	const argument = name === 'threads.ndjson' ? [] : [name];

	function start(changes: NodeJS.ProcessEnv = {}, [command = '', ...parameters] = commandLine) {
		const child = spawn(command, [...parameters, ...argument], {
			cwd: directory,
			// Colours are asked for: a log must stay free of them all the same.
			env: {
				...process.env,
				HUBSPOT_ACCESS_TOKEN: undefined,
				HUBSPOT_BASE_URL: undefined,
				NO_COLOR: undefined,
				FORCE_COLOR: '1',
				...env,
				...changes,
			},
			// Nothing is left behind when a test fails.
			timeout: 50_000,
			killSignal: 'SIGKILL',
		});
		const {printed, end} = outputOf(child);

		async function prints(pattern: RegExp) {
			while (!pattern.test(printed.stdout)) {
				const isOver = await Promise.race([
					once(child.stdout, 'data').then(() => false),
					end.then(() => true),
				]);
				expect({isOver, ...printed}).toMatchObject({isOver: false});
			}
		}

		return {end, prints, kill: (signal: NodeJS.Signals) => child.kill(signal)};
	}

	return {
		output,
		start,
		run: (...options: Parameters<typeof start>) => start(...options).end,
		/** Throws unless the file is whole lines of JSON, and whole members when it is compressed. */
		async exported() {
			const bytes = await readFile(output);
			const text = String(name.endsWith('.gz') ? gunzipSync(bytes) : bytes);
			expect(text.at(-1)).toBe('\n');
			return idsOf(
				text
					.slice(0, -1)
					.split('\n')
					.map(line => JSON.parse(line)),
			);
		},
		files: () => readdir(directory),
	};
}

/** The same against a HubSpot of the test, with a token. */
async function setUpAccount(options: StartSandboxOptions, name?: string) {
	const sandbox = await startSandbox({accessToken: 'pat-na1-secret', ...options});
	sandboxes.push(sandbox);
	const env = {HUBSPOT_ACCESS_TOKEN: sandbox.accessToken, HUBSPOT_BASE_URL: sandbox.url};
	return {...(await setUp(env, name)), sandbox, ids: idsOf(sandbox.threads)};
}

type Place = Pick<Awaited<ReturnType<typeof setUp>>, 'run' | 'exported' | 'files'>;

/** After a run that was interrupted: says what the next one must, and gives what there was before and after it. */
async function goOn(
	{code, stderr}: {readonly code: number | null; readonly stderr: string},
	{run, exported, files}: Place,
) {
	const part = await exported();
	expect(code).toBe(130);
	expect(part.length).toBeGreaterThan(0);
	const threads = `${part.length.toLocaleString('en')} threads`;
	expect(stderr).toBe(`Interrupted. Run the same command again to go on after ${threads}.\n`);

	const second = await run();
	expect(second).toMatchObject({code: 0, stderr: ''});
	expect(second.stdout).toContain(`Going on after ${threads} of an earlier run.`);
	const whole = await exported();
	expect(second.stdout).toContain(`This run: ${(whole.length - part.length).toLocaleString('en')} threads`);
	expect(second.stdout).toMatch(/^\d+\.\d s +[\d,]+ threads in all; this run: [\d,]+ threads, \d+ pages, /m);
	expect(await files()).toEqual(['threads.ndjson']);
	return {part, whole, stdout: second.stdout};
}

describe('the embedded HubSpot', () => {
	function idsNow() {
		const {options, live} = embeddedHubspot(busy, {holds: 25_000});
		const twin = createSandbox({...options, rateLimit: false, latency: 0});
		live(twin);
		return idsOf([...twin.threads].filter(({archived}) => !archived));
	}

	const before = idsNow();

	/** It is another one at each start: whoever was there all the time is in the file, and nobody is twice. */
	async function expectWhole(exported: readonly string[]) {
		const after = new Set(idsNow());
		const there = new Set(exported);
		expect(before.filter(id => after.has(id) && !there.has(id))).toEqual([]);
		expect(exported.map(Number)).toEqual([...there].map(Number).sort((a, b) => a - b));
	}

	/** 2,000 threads or more have arrived: the first pages are safe in the file. */
	const wellUnderWay = /(?:[2-9]|\d\d),\d{3} threads, /;

	test.concurrent('is exported whole, with a log that can be read', async () => {
		const {run, exported, files} = await setUp();
		const {code, stdout, stderr} = await run();
		expect({code, stderr}).toEqual({code: 0, stderr: ''});
		await expectWhole(await exported());
		expect(await files()).toEqual(['threads.ndjson']);
		expect(stdout).toMatch(/^Exporting every thread of the embedded HubSpot to threads.ndjson/);
		expect(stdout).toContain('HUBSPOT_ACCESS_TOKEN is not set');
		expect(stdout).toMatch(/^\d+\.\d s +\d[\d,]* threads, \d+ pages, \d+ requests$/m);
		const total = (await exported()).length.toLocaleString('en');
		expect(total).toBe('25,000');
		expect(stdout).toContain(`threads.ndjson is complete: ${total} threads on `);
		expect(stdout).toMatch(
			new RegExp(
				`^This run: ${total} threads, \\d+ pages, \\d+ requests, \\d+ retries, \\d+\\.\\d s, \\d[\\d,]* threads/s\n$`,
				'm',
			),
		);
		// biome-ignore lint/suspicious/noControlCharactersInRegex: no escape codes and no carriage returns.
		expect(stdout).not.toMatch(/[\x00-\x09\x0b-\x1f]/);
	});

	if (isLong) {
		test.concurrent('goes on after Ctrl-C', async () => {
			const place = await setUp();
			const first = place.start();
			await first.prints(wellUnderWay);
			first.kill('SIGINT');
			const {part, whole, stdout} = await goOn(await first.end, place);
			expect(part.length).toBeLessThan(before.length);
			await expectWhole(whole);
			expect(stdout).toContain(`is complete: ${whole.length.toLocaleString('en')} threads on `);
		});
	}
});

describe('an account', () => {
	test.concurrent('goes on after it was killed in the middle of a line', async () => {
		const fault = {status: 400, body: {status: 'error', category: 'VALIDATION_ERROR'}};
		const {run, output, exported, files, ids} = await setUpAccount({threads: 3000, faults: {4: fault}});
		expect(await run()).toMatchObject({code: 1});
		await appendFile(output, `{"id":"${ids[0]}"}\n{"id":"1`);
		const second = await run();
		expect(second).toMatchObject({code: 0, stderr: ''});
		expect(second.stdout).toContain('Going on after 1,000 threads of an earlier run.');
		expect(await exported()).toEqual(ids);
		expect(await files()).toEqual(['threads.ndjson']);
	});

	test.concurrent('goes on after Ctrl-C', async () => {
		let kill = (_signal: NodeJS.Signals) => true;
		const {ids, ...place} = await setUpAccount({
			threads: 3000,
			// There is a line of progress each second.
			latency: 400,
			faults({number}) {
				if (number === 4) {
					kill('SIGINT');
					return {stall: 'headers'};
				}

				return undefined;
			},
		});
		const first = place.start();
		({kill} = first);
		const {part, whole} = await goOn(await first.end, place);
		expect(part).toEqual(ids.slice(0, part.length));
		expect(part.length).toBeLessThan(ids.length);
		expect(whole).toEqual(ids);
	});

	test.concurrent('is exported with its token', async () => {
		const {run, exported, sandbox, ids} = await setUpAccount({threads: 6100, seed: 7});
		const {code, stdout, stderr} = await run();
		expect({code, stderr}).toEqual({code: 0, stderr: ''});
		expect(stdout).toContain(`Exporting every thread of your account at ${sandbox.url} to threads.ndjson.`);
		expect(stdout).toContain('This run: 6,100 threads, 13 pages, 13 requests, 0 retries');
		expect(stdout).not.toContain('embedded');
		expect(stdout).not.toContain(sandbox.accessToken);
		expect(await exported()).toEqual(ids);
	});

	test.concurrent('is seen to fail, to be throttled and to go on', async () => {
		const {run, exported, ids} = await setUpAccount({
			threads: 1200,
			rateLimit: {limit: 4, interval: 4000},
			faults: {2: {status: 503, headers: {'retry-after': '1'}}, 4: {size: 0}},
		});
		const {code, stdout} = await run();
		expect(code).toBe(0);
		expect(await exported()).toEqual(ids);
		expect(stdout).toMatch(
			/^retry 1 {4}HubSpot answered 503 INTERNAL_ERROR; again in \d\.\d s, as it asks$/m,
		);
		expect(stdout).toContain('empty page only a missing cursor is the end\n');
		expect(stdout).toMatch(/^throttle {3}waited \d\.\d s to keep to the rate limit$/m);
		expect(stdout).toMatch(/^This run: 1,200 threads, 4 pages, /m);
	});

	test.concurrent.each(isLong ? names : names.slice(0, 1))(
		'%s goes on after it was killed again and again',
		async name => {
			let kill = (_signal: NodeJS.Signals) => true;
			let pages = 0;
			const {start, exported, files, ids} = await setUpAccount(
				{
					threads: isLong ? 5000 : 2000,
					latency({url}) {
						// The third page of a run is only asked for when its first page is safe.
						if (url.includes('/threads') && ++pages % 3 === 0) {
							kill('SIGKILL');
						}

						return 0;
					},
				},
				name,
			);
			let kills = 0;
			for (;;) {
				const run = start();
				({kill} = run);
				const {code, signal, stderr} = await run.end;
				expect(stderr).toBe('');
				if (code === 0) {
					break;
				}

				expect(signal).toBe('SIGKILL');
				kills++;
			}

			expect(kills).toBeGreaterThan(isLong ? 2 : 0);
			expect(await exported()).toEqual(ids);
			expect(await files()).toEqual([name]);
		},
	);

	if (isLong) {
		test.concurrent.each([
			['threads.ndjson', 1000],
			['threads.ndjson.gz', 100],
		])('%s goes on after the disk was full', async (name, blocks) => {
			const {run, exported, ids} = await setUpAccount({threads: 5000}, name);
			// No file may be longer than that many blocks: the write stops in the middle of a page.
			const first = await run({}, ['sh', '-c', `ulimit -f ${blocks} && exec "$0" "$@"`, ...commandLine]);
			expect(first.code).toBe(1);
			expect(first.stderr).toMatch(
				/^EFBIG: .+\. Run the same command again to go on after \d,\d+ threads.*\n$/,
			);
			await expect(exported()).rejects.toThrow();

			expect(await run()).toMatchObject({code: 0, stderr: ''});
			expect(await exported()).toEqual(ids);
		});

		test.concurrent('is compressed, and goes on after it was killed in the middle of a member', async () => {
			const fault = {status: 400, body: {status: 'error', category: 'VALIDATION_ERROR'}};
			const {run, output, exported, ids} = await setUpAccount(
				{threads: 3000, faults: {4: fault}},
				'threads.ndjson.gz',
			);
			expect(await run()).toMatchObject({code: 1});
			expect(await exported()).toEqual(ids.slice(0, 1000));
			// What a run leaves that is killed while it writes a page: a whole member or a part of one.
			const member = gzipSync(`{"id":"${ids[0]}"}\n`);
			await appendFile(output, Buffer.concat([member, member.subarray(0, -9)]));

			const second = await run();
			expect(second).toMatchObject({code: 0, stderr: ''});
			expect(second.stdout).toContain('Going on after 1,000 threads of an earlier run.');
			expect(second.stdout).toContain('threads.ndjson.gz is complete: 3,000 threads on 6 pages\n');
			expect(await exported()).toEqual(ids);
		});
	}

	test.concurrent('without a thread is a compressed file without a line', async () => {
		const {run, output} = await setUpAccount({threads: 0}, 'threads.ndjson.gz');
		expect(await run()).toMatchObject({code: 0, stderr: ''});
		expect(String(gunzipSync(await readFile(output)))).toBe('');
	});

	test.concurrent('can be stopped while HubSpot hangs, and the last export is left alone', async () => {
		let kill = (_signal: NodeJS.Signals) => true;
		const {start, output, files} = await setUpAccount({
			faults() {
				kill('SIGTERM');
				return {stall: 'headers'};
			},
		});
		await writeFile(output, 'the last export\n');
		const run = start();
		({kill} = run);
		expect(await run.end).toMatchObject({code: 143, stderr: 'Interrupted. Run the same command again.\n'});
		expect(await readFile(output, 'utf8')).toBe('the last export\n');
		expect(await files()).toEqual(['threads.ndjson']);
	});

	const token = 'pat-na1-not-this-one';
	const echo = {
		status: 403,
		body: {status: 'error', category: 'MISSING_SCOPES', message: `Not\nwith ${token}`},
	};

	test.concurrent.each([
		['401', 'EXPIRED_AUTHENTICATION', {accessToken: () => false}],
		['403', 'MISSING_SCOPES', {accessToken: () => true, faults: () => echo}],
	])('a token that gets a %s is one line and no token', async (status, reason, options) => {
		const {run, output} = await setUpAccount(options);
		await writeFile(output, 'the last export\n');
		const {code, stdout, stderr} = await run({HUBSPOT_ACCESS_TOKEN: token});
		expect(code).toBe(1);
		expect(stderr).toMatch(
			/^HubSpot answered .+ into HUBSPOT_ACCESS_TOKEN\. Run the same command again\.\n$/,
		);
		expect(stderr).toContain(status);
		expect(stderr).toContain(reason);
		expect(stdout + stderr).not.toContain(token);
		expect(await readFile(output, 'utf8')).toBe('the last export\n');
	});

	if (isLong) {
		test.concurrent('goes on after a failure, with the same source and the same file only', async () => {
			let account = 62_515;
			const no = {status: 400, body: {status: 'error', category: 'VALIDATION_ERROR', message: 'No'}};
			const {run, output, exported, sandbox, ids} = await setUpAccount({
				threads: 5000,
				faults: ({number, url}) =>
					url.includes('/account-info/') ? {body: {portalId: account}} : number === 5 ? no : undefined,
			});
			const {code, stderr} = await run();
			expect(code).toBe(1);
			expect(stderr).toBe(
				'HubSpot answered 400 VALIDATION_ERROR: No. Run the same command again to go on after 1,500 threads, ' +
					'or remove threads.ndjson.position.json first to start over.\n',
			);
			expect(await exported()).toEqual(ids.slice(0, 1500));

			const whole = await readFile(output, 'utf8');
			const startOver = 'Remove threads.ndjson.position.json to start over.\n';
			expect(await run({HUBSPOT_ACCESS_TOKEN: undefined})).toEqual({
				code: 1,
				signal: null,
				stdout: expect.stringMatching(/^Exporting .+\n$/),
				stderr: `threads.ndjson is an unfinished export of ${sandbox.url}, not of the embedded HubSpot. ${startOver}`,
			});
			expect(await readFile(output, 'utf8')).toBe(whole);

			await writeFile(output, whole.slice(0, -1));
			expect(await run()).toMatchObject({
				code: 1,
				stderr: `threads.ndjson has lost some of its lines. ${startOver}`,
			});

			// As long as before, but not the same.
			const edited = whole.replace(/"status":"CLOSED"/, '"status":"CL0SED"');
			await writeFile(output, edited);
			expect(await run()).toMatchObject({
				code: 1,
				stderr: `threads.ndjson was changed since the last run. ${startOver}`,
			});
			expect(await readFile(output, 'utf8')).toBe(edited);

			const state = await readFile(`${output}.position.json`, 'utf8');
			await writeFile(output, whole);
			for (const cut of [1, state.length - 1]) {
				await writeFile(`${output}.position.json`, state.slice(0, cut));
				expect(await run()).toMatchObject({
					code: 1,
					stderr: `threads.ndjson.position.json is not as it was written. ${startOver}`,
				});
			}

			await writeFile(`${output}.position.json`, state);
			account = 4711;
			expect(await run()).toMatchObject({
				code: 1,
				stderr: `threads.ndjson is an unfinished export of account 62515, not of account 4711. ${startOver}`,
			});
			account = 62_515;
			expect(await readFile(output, 'utf8')).toBe(whole);

			await writeFile(output, whole);
			expect(await run()).toMatchObject({code: 0, stderr: ''});
			expect(await exported()).toEqual(ids);
		});
	}

	test.concurrent('is written by one run at a time', async () => {
		let stop = () => {};
		const {start, run, exported, files, ids} = await setUpAccount({
			threads: 3000,
			faults({number}) {
				// The first page is written, and others are on their way.
				if (number === 4) {
					stop();
				}

				return undefined;
			},
		});
		const first = start();
		const stopped = new Promise<void>(resolve => {
			stop = () => {
				first.kill('SIGSTOP');
				resolve();
			};
		});
		await stopped;
		const second = await run();
		first.kill('SIGCONT');
		expect(second.code).toBe(1);
		expect(second.stderr).toMatch(
			/^threads\.ndjson is in use by another run, process \d+: wait until it has ended\.\n$/,
		);
		expect(await first.end).toMatchObject({code: 0, stderr: ''});
		expect(await exported()).toEqual(ids);
		expect(await files()).toEqual(['threads.ndjson']);
	});

	if (isLong) {
		test.concurrent('writes messages too, and is true after it was killed again and again', async () => {
			// Draws the request at which a run is killed.
			let left = 0;
			let kill = (_signal: NodeJS.Signals) => true;
			const {start, run, output, exported, files, ids, sandbox} = await setUpAccount({
				threads: 450,
				// Without headers that say so, a run would keep to what every account may.
				rateLimit: {limit: 10_000, interval: 1000},
				latency() {
					if (--left === 0) {
						kill('SIGKILL');
					}

					return 0;
				},
			});
			const [gone = ''] = ids.slice(200);
			const messagesFile = output.replace('threads', 'messages');
			const messages = async () =>
				(await readFile(messagesFile, 'utf8'))
					.trimEnd()
					.split('\n')
					.map(line => JSON.parse(line));
			const expected = ids
				.filter(id => id !== gone)
				.flatMap(id => sandbox.messages(id).filter(({archived}) => !archived));
			for (let kills = 0; ; kills++) {
				left = kills < 3 ? 120 + Math.floor(Math.random() * 300) : 0;
				const child = start({}, [...commandLine, '--messages']);
				({kill} = child);
				const {code, stderr} = await child.end;
				expect(stderr).toBe('');
				if (code === 0) {
					break;
				}
			}

			expect(await exported()).toEqual(ids);
			expect((await messages()).filter(({conversationsThreadId}) => conversationsThreadId !== gone)).toEqual(
				expected,
			);
			expect((await files()).sort()).toEqual(['messages.ndjson', 'threads.ndjson']);

			// A thread that is deleted between its page and its messages has none.
			kill = () => true;
			left = 0;
			sandbox.removeThread(gone);
			const {code, stdout, stderr} = await run({}, [...commandLine, '--messages']);
			expect({code, stderr}).toEqual({code: 0, stderr: ''});
			expect(await messages()).toEqual(expected);
			const counts = `449 threads, ${expected.length.toLocaleString('en')} messages`;
			expect(stdout).toContain(`threads.ndjson and messages.ndjson are complete: ${counts} on 5 pages\n`);
			expect(stdout).toContain(`This run: ${counts}, 5 pages, `);
		});
	}

	test.concurrent('goes on with the same files only', async () => {
		const {run} = await setUpAccount({
			threads: 3000,
			faults: ({number}) => (number === 4 ? {status: 400} : undefined),
		});
		expect(await run()).toMatchObject({code: 1});
		expect(await run({}, [...commandLine, '--messages'])).toMatchObject({
			code: 1,
			stderr:
				'There is an unfinished export to threads.ndjson, not to threads.ndjson and messages.ndjson. ' +
				'Remove threads.ndjson.position.json to start over.\n',
		});
		const help = await run({}, [...commandLine, '--help']);
		expect(help).toMatchObject({code: 0, stderr: ''});
		expect(help.stdout).toContain('npm start [-- [options] [threads.ndjson]]');
		expect(await run({}, [...commandLine, '--mesages'])).toMatchObject({code: 1, stdout: ''});
	});
});
