import {execFile} from 'node:child_process';
import {mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import {promisify} from 'node:util';
import {createContext, runInContext} from 'node:vm';
import {afterAll, beforeAll, describe, expect, test} from '@jest/globals';
import {build} from 'esbuild';
import ts from 'typescript';

/** A project of somebody else, with the packed package installed in it. */
let project: string;
let packed: {readonly filename: string; readonly files: ReadonlyArray<{readonly path: string}>};

const repository = resolve(import.meta.dirname, '..');
const readJson = async (...path: string[]) => JSON.parse(await readFile(join(...path), 'utf8'));

async function run(cwd: string, command: string, ...args: string[]) {
	const {stdout} = await promisify(execFile)(command, args, {cwd}).catch(error => {
		throw new Error(`${command} ${args.join(' ')}\n${error.stdout}${error.stderr}`);
	});
	return stdout;
}

/** The folders of a package's dependencies, and of theirs. */
async function dependenciesOf(folder: string): Promise<readonly string[]> {
	const {dependencies = {}} = await readJson(folder, 'package.json');
	const folders = Object.keys(dependencies).map(name => join(repository, 'node_modules', name));
	return [...folders, ...(await Promise.all(folders.map(dependenciesOf))).flat()];
}

beforeAll(async () => {
	project = await mkdtemp(join(tmpdir(), 'hubspot-threads-'));
	const [pack] = JSON.parse(
		await run(repository, 'npm', 'pack', '--ignore-scripts', '--json', '--pack-destination', project),
	);
	packed = pack;
	await writeFile(join(project, 'package.json'), '{"private": true}');
	// No network and no cache: npm copies what the package depends on from this repository.
	const offline = ['--offline', '--cache', join(project, 'cache'), '--install-links', '--no-audit'];
	const tarball = `./${packed.filename}`;
	const dependencies = await dependenciesOf(repository);
	await run(project, 'npm', 'install', '--ignore-scripts', ...offline, tarball, ...dependencies);
}, 60_000);

afterAll(async () => {
	await rm(project, {recursive: true, force: true});
});

describe('the tarball', () => {
	test('holds the bundles with their types and source maps, and nothing but what npm adds', () => {
		expect(packed.files.map(({path}) => path).sort()).toEqual([
			'LICENSE',
			'README.md',
			'dist/common-rules.js',
			'dist/common-rules.js.map',
			'dist/common-thread.d.cts',
			'dist/common-throttle.d.cts',
			'dist/common-wait.js',
			'dist/common-wait.js.map',
			'dist/index.cjs',
			'dist/index.d.cts',
			'dist/index.d.ts',
			'dist/index.js',
			'dist/index.js.map',
			'dist/no-server.js',
			'dist/no-server.js.map',
			'dist/sandbox.cjs',
			'dist/sandbox.d.cts',
			'dist/sandbox.d.ts',
			'dist/sandbox.js',
			'dist/sandbox.js.map',
			'dist/serve.js',
			'dist/serve.js.map',
			'dist/shared.cjs',
			'dist/shared.d.cts',
			'dist/shared.d.ts',
			'dist/shared.js',
			'dist/shared.js.map',
			'dist/web.d.cts',
			'package.json',
		]);
	});

	test.each([
		['index.js', ['./common-rules.js', './common-wait.js', 'ky', 'p-retry', 'p-throttle']],
		['sandbox.js', ['#serve', './common-wait.js']],
		['shared.js', ['./common-rules.js', './common-wait.js']],
		['common-rules.js', []],
		['common-wait.js', []],
		['no-server.js', []],
		['index.cjs', ['./index.js']],
		['sandbox.cjs', ['./sandbox.js']],
		['shared.cjs', ['./shared.js']],
		[
			'serve.js',
			[
				'node:http',
				'node:http2',
				'node:https',
				'node:stream',
				'node:stream/promises',
				'node:timers/promises',
			],
		],
	])('%s imports nothing but %j', async (file, names) => {
		const source = await readFile(join(project, 'node_modules/hubspot-threads/dist', file), 'utf8');
		const imports = ts.preProcessFile(source, true, true).importedFiles.map(({fileName}) => fileName);
		expect(imports.sort()).toEqual(names);
	});

	test('installs ky, p-retry, p-throttle, and what they need', async () => {
		const {dependencies} = await readJson(project, 'node_modules/hubspot-threads/package.json');
		expect(Object.keys(dependencies)).toEqual(['ky', 'p-retry', 'p-throttle']);
		const installed = await readdir(join(project, 'node_modules'));
		expect(installed.filter(name => !name.startsWith('.')).sort()).toEqual([
			'hubspot-threads',
			'is-network-error',
			'ky',
			'p-retry',
			'p-throttle',
		]);
	});

	test('has the licence of the server with the server', async () => {
		const source = await readFile(join(project, 'node_modules/hubspot-threads/dist/serve.js'), 'utf8');
		expect(source).toMatch(/^\/\*! srvx\nMIT License\n\nCopyright \(c\) [\s\S]+WITHOUT WARRANTY OF ANY KIND/);
	});

	test.each(['index', 'sandbox', 'shared'])('the source map of %s.js has its sources with it', async name => {
		const folder = join(project, 'node_modules/hubspot-threads/dist');
		expect(await readFile(join(folder, `${name}.js`), 'utf8')).toMatch(
			new RegExp(`//# sourceMappingURL=${name}\\.js\\.map\\s*$`),
		);
		const {sources, sourcesContent} = await readJson(folder, `${name}.js.map`);
		expect(sourcesContent).toHaveLength(sources.length);
		expect(sources.length).toBeGreaterThan(5);
		expect(sourcesContent).not.toContain(null);
	});
});

describe('installed in a project', () => {
	const names = {
		index: [
			'CursorLoopError',
			'DailyReserveError',
			'MalformedPageError',
			'NoProgressError',
			'PaginationError',
			'RateLimitError',
			'RequestError',
			'ResponseError',
			'createThrottle',
			'pages',
			'paginate',
			'paginateChannelAccounts',
			'paginateChannels',
			'paginateInboxes',
			'paginateMessages',
			'readActors',
			'readThreads',
			'reconcile',
			'sync',
		],
		sandbox: ['createSandbox', 'startSandbox'],
		shared: ['createPostgresThrottle', 'createRedisThrottle', 'postgresThrottleTable'],
	};
	const walk = `
		(async () => {
			const sandbox = await startSandbox({threads: 7});
			let threads = 0;
			const options = {accessToken: sandbox.accessToken, baseUrl: sandbox.url, pageSize: 3};
			for await (const thread of index.paginate(options)) {
				threads++;
			}

			await sandbox.close();
			const names = {
				index: Object.keys(index).sort(),
				sandbox: Object.keys({createSandbox, startSandbox}),
				shared: Object.keys(shared).sort(),
			};
			console.log(JSON.stringify({threads, names}));
		})();
	`;

	test('it can be imported', async () => {
		const code = `
			import * as index from 'hubspot-threads';
			import * as sandbox from 'hubspot-threads/sandbox';
			import * as shared from 'hubspot-threads/shared';
			const {createSandbox, startSandbox, ...nothing} = sandbox;
			if (Object.keys(nothing).length > 0) throw new Error(Object.keys(nothing));
			${walk}
		`;
		const stdout = await run(project, process.execPath, '--input-type=module', '--eval', code);
		expect(JSON.parse(stdout)).toEqual({threads: 7, names});
	});

	test('it can be required', async () => {
		const code = `
			const index = require('hubspot-threads');
			const shared = require('hubspot-threads/shared');
			const {createSandbox, startSandbox, ...nothing} = require('hubspot-threads/sandbox');
			if (Object.keys(nothing).length > 0) throw new Error(Object.keys(nothing));
			${walk}
		`;
		const stdout = await run(project, process.execPath, '--input-type=commonjs', '--eval', code);
		expect(JSON.parse(stdout)).toEqual({threads: 7, names});
	});

	test('whoever imports and requires it gets one and the same', async () => {
		const code = `
			import {createRequire} from 'node:module';
			const require = createRequire(import.meta.url);
			for (const name of ['hubspot-threads', 'hubspot-threads/sandbox', 'hubspot-threads/shared']) {
				console.log(name, require(name) === (await import(name)));
			}
		`;
		const stdout = await run(project, process.execPath, '--input-type=module', '--eval', code);
		expect(stdout).toBe('hubspot-threads true\nhubspot-threads/sandbox true\nhubspot-threads/shared true\n');
	});

	test('an error is of the same class through every entry, imported and required', async () => {
		const code = `
			import {createRequire} from 'node:module';
			import * as imported from 'hubspot-threads';
			import * as sandbox from 'hubspot-threads/sandbox';
			import * as shared from 'hubspot-threads/shared';

			const require = createRequire(process.cwd() + '/');
			const required = require('hubspot-threads');
			const requiredSandbox = require('hubspot-threads/sandbox');
			const requiredShared = require('hubspot-threads/shared');

			const retry = {retries: 0};
			const down = () => Promise.reject(new Error('down'));
			const failures = {};
			for (const [way, {paginate}, {createSandbox}, {createPostgresThrottle, createRedisThrottle}] of [
				['imported', imported, sandbox, shared],
				['required', required, requiredSandbox, requiredShared],
				['mixed', imported, requiredSandbox, requiredShared],
			]) {
				const walkWith = (faults, more) => {
					const {fetch, accessToken} = createSandbox({threads: 5, faults});
					return paginate({fetch, accessToken, retry, ...more}).next();
				};
				const errors = await Promise.all([
					walkWith({1: {status: 403}}),
					walkWith({1: {status: 429}}),
					walkWith({1: {reset: true}}),
					walkWith({1: {body: {}}}),
					walkWith({}, {throttle: createPostgresThrottle(down, {key: 1})}),
					walkWith({}, {throttle: createRedisThrottle(down, {key: 1})}),
				].map(walk => walk.catch(error => error)));
				const classes = Object.keys(imported).filter(name => name.endsWith('Error'));
				failures[way] = errors.map(error =>
					[imported, required].map(index => classes.filter(name => error instanceof index[name]).join(' ')),
				);
			}

			console.log(JSON.stringify(failures));
		`;
		const stdout = await run(project, process.execPath, '--input-type=module', '--eval', code);
		const both = (names: string) => [names, names];
		const classes = [
			both('PaginationError ResponseError'),
			both('PaginationError RateLimitError ResponseError'),
			both('PaginationError RequestError'),
			both('MalformedPageError PaginationError'),
			both('PaginationError RequestError'),
			both('PaginationError RequestError'),
		];
		expect(JSON.parse(stdout)).toEqual({imported: classes, required: classes, mixed: classes});
	});

	test('importing the sandbox, and making one, loads no server and nothing of Node’s', async () => {
		const code = `
			import {registerHooks} from 'node:module';
			const loaded = [];
			registerHooks({
				resolve(specifier, context, next) {
					const resolved = next(specifier, context);
					loaded.push(resolved.url.split('/').at(-1));
					return resolved;
				},
			});
			const {createSandbox, startSandbox} = await import('hubspot-threads/sandbox');
			createSandbox();
			const before = loaded.join();
			await (await startSandbox()).close();
			console.log(JSON.stringify([before, loaded.includes('serve.js')]));
		`;
		const stdout = await run(project, process.execPath, '--input-type=module', '--eval', code);
		expect(JSON.parse(stdout)).toEqual(['sandbox.js,common-wait.js', true]);
	});

	test('the sandbox works where there is nothing of Node’s, and says what does not', async () => {
		const contents = `
			import {createSandbox, startSandbox} from 'hubspot-threads/sandbox';

			globalThis.result = (async () => {
				const {fetch, accessToken, requests} = createSandbox({threads: 5, latency: 5});
				const url = 'https://api.hubapi.com/conversations/v3/conversations/threads?limit=2';
				const headers = {authorization: 'Bearer ' + accessToken};
				const {results, paging} = await (await fetch(new Request(url, {headers}))).json();
				const next = await fetch(new Request(url + '&after=' + paging.next.after, {headers}));
				const ids = [...results, ...(await next.json()).results];
				const error = await startSandbox().catch(String);
				return {ids: ids.length, requests: requests.length, error};
			})();
		`;
		const {outputFiles} = await build({
			stdin: {contents, resolveDir: project},
			bundle: true,
			format: 'iife',
			platform: 'browser',
			write: false,
		});
		const code = outputFiles[0]?.text as string;
		expect(code).not.toMatch(/\bnode:|\bBuffer\b|\bsetImmediate\(/);
		const web = {
			AbortController,
			AbortSignal,
			Headers,
			Request,
			Response,
			ReadableStream,
			URL,
			URLSearchParams,
		};
		const more = {
			TextEncoder,
			TextDecoder,
			DOMException,
			atob,
			btoa,
			crypto,
			performance,
			setTimeout,
			clearTimeout,
		};
		const context = createContext({...web, ...more, FormData, Blob, fetch});
		runInContext(code, context);
		expect(await context.result).toEqual({
			ids: 4,
			requests: 2,
			error: 'Error: startSandbox() needs Node, Bun or Deno; createSandbox() works here too.',
		});
	});

	test('nothing else of it can', async () => {
		const code = `require('hubspot-threads/package.json'); require('hubspot-threads/dist/index.js');`;
		await expect(run(project, process.execPath, '--input-type=commonjs', '--eval', code)).rejects.toThrow(
			/ERR_PACKAGE_PATH_NOT_EXPORTED.*dist\/index\.js/s,
		);
	});

	const esm = `
		import {type Page, type PaginateOptions, pages, paginate, RateLimitError, type Thread} from 'hubspot-threads';
		import {type Sandbox, startSandbox} from 'hubspot-threads/sandbox';

		export async function list(sandbox: Sandbox): Promise<string[]> {
			const options: PaginateOptions = {accessToken: sandbox.accessToken, fetch: sandbox.fetch, inboxId: 1};
			const ids: string[] = [];
			try {
				for await (const thread of paginate(options)) {
					const {id}: Thread = thread;
					ids.push(id);
				}

				for await (const page of pages({...options, sort: 'id'})) {
					const {resume, threads}: Page = page;
					paginate({...options, ...resume, maxItems: threads.length});
				}
			} catch (error) {
				if (error instanceof RateLimitError) {
					const policy: string | undefined = error.policyName;
					ids.push(policy ?? '');
				}
			}

			return ids;
		}

		export const listed: Promise<string[]> = startSandbox({threads: 5}).then(list);
		// @ts-expect-error: a sort by time requires its bound.
		paginate({accessToken: '', sort: 'latestMessageTimestamp'});
	`;
	const cjs = `
		import index = require('hubspot-threads');
		import sandbox = require('hubspot-threads/sandbox');

		const {fetch, accessToken} = sandbox.createSandbox();
		export const threads: AsyncGenerator<index.Thread> = index.paginate({fetch, accessToken});
	`;
	const node = {lib: ['es2022'], types: ['node'], typeRoots: [join(repository, 'node_modules/@types')]};
	const web = {lib: ['es2022', 'dom'], types: [], skipLibCheck: false};

	test.each([
		['nodenext, with Node’s types', ['esm.mts', 'cjs.cts'], {...node, module: 'nodenext'}],
		['bundler, with the web’s types', ['esm.mts'], {...web, module: 'esnext', moduleResolution: 'bundler'}],
	])(
		'its types hold under %s',
		async (name, files, options) => {
			await writeFile(join(project, 'esm.mts'), esm);
			await writeFile(join(project, 'cjs.cts'), cjs);
			const compilerOptions = {
				target: 'es2022',
				strict: true,
				exactOptionalPropertyTypes: true,
				noEmit: true,
			};
			const tsconfig = `tsconfig.${name.replaceAll(/\W+/g, '-')}.json`;
			await writeFile(
				join(project, tsconfig),
				JSON.stringify({compilerOptions: {...compilerOptions, ...options}, files}),
			);
			const tsc = join(repository, 'node_modules/typescript/bin/tsc');
			expect(await run(project, process.execPath, tsc, '--project', tsconfig)).toBe('');
		},
		30_000,
	);
});
