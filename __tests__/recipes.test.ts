import {readFileSync} from 'node:fs';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import {afterAll, beforeAll, describe, expect, jest, test} from '@jest/globals';
import {startSandbox} from '../lib/sandbox/index.ts';
import {blocksOf} from './support/code-blocks.ts';
import {problemsOf} from './support/compile.ts';
import {arePackagesInstalled, startBlock} from './support/run-block.ts';
import {startProxy, startTlsHubspot, type TlsHubspot} from './support/tls-hubspot.ts';

jest.setTimeout(60_000);

const file = 'docs/guides/recipes.md';
const blocks = blocksOf(file, readFileSync(file, 'utf8'));

let folder: string;
let hubspot: TlsHubspot;

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'recipes-'));
	hubspot = await startTlsHubspot(folder, {threads: 1200});
});

afterAll(async () => {
	hubspot.close();
	await rm(folder, {recursive: true});
});

interface Run {
	readonly env?: NodeJS.ProcessEnv;
	/** What stands before the block, or in its place. */
	readonly before?: string;
	readonly replace?: readonly [string, string];
	readonly rewrite?: (code: string) => string;
}

/** Runs the block under a heading, where HubSpot is the one behind TLS unless the block says another. */
async function run(
	heading: string,
	{env, before = '', replace = ['', ''], rewrite = code => code}: Run = {},
) {
	const code = blocks.find(({name}) => name === `${file}: ${heading}`)?.code ?? '';
	const {end} = startBlock(before + rewrite(code.replace(...replace)), {
		SANDBOX_URL: hubspot.url,
		NODE_EXTRA_CA_CERTS: hubspot.certificate,
		...env,
	});
	const {code: status, stdout, stderr} = await end;
	expect({status, stderr}).toEqual({status: 0, stderr: ''});
	return stdout;
}

const allIds = () => [...hubspot.sandbox.threads].map(({id}) => `${id}\n`).join('');

test('the packages of the recipes are installed, where nothing may be left out', () => {
	expect(arePackagesInstalled || process.env.REQUIRE_EXAMPLES !== '1').toBe(true);
});

(arePackagesInstalled ? test : test.skip)('each block compiles', () => {
	const server = 'docs/guides/web.md';
	const code = [...blocks, ...blocksOf(server, readFileSync(server, 'utf8'))].map(block => {
		const name = block.name.split(': ')[1]?.toLowerCase().replaceAll(/\W+/g, '-');
		return [resolve(`__tests__/runtimes/${name}.ts`), block.code] as const;
	});
	expect(problemsOf(new Map(code), {types: ['node']})).toEqual([]);
});

(arePackagesInstalled ? describe : describe.skip)('a recipe that runs', () => {
	test('behind a proxy', async () => {
		const proxy = await startProxy();
		try {
			expect(await run('Behind a proxy', {env: {HTTPS_PROXY: proxy.url}})).toBe(allIds());
			expect(proxy.tunnels.length).toBeGreaterThan(0);
			expect(new Set(proxy.tunnels)).toEqual(new Set([new URL(hubspot.url).host]));
		} finally {
			proxy.close();
		}
	});

	test('behind a proxy, by the environment alone', async () => {
		const proxy = await startProxy();
		try {
			const env = {HTTPS_PROXY: proxy.url, NODE_USE_ENV_PROXY: '1'};
			expect(await run('Behind a proxy', {env, replace: [', {dispatcher} as RequestInit', '']})).toBe(
				allIds(),
			);
			expect(proxy.tunnels.length).toBeGreaterThan(0);
		} finally {
			proxy.close();
		}
	});

	test('a certificate of your own', async () => {
		const replace = ['company.pem', hubspot.certificate] as const;
		const env = {NODE_EXTRA_CA_CERTS: undefined};
		expect(await run('A certificate of your own', {env, replace})).toBe(allIds());
		// And without it, nobody is trusted.
		const once = ['fetch: overHttp2', 'fetch: overHttp2, retry: {retries: 0}'] as const;
		await expect(run('HTTP/2', {env, replace: once})).rejects.toThrow(/self-signed certificate/);
	});

	test('HTTP/2', async () => {
		const before = hubspot.protocols.length;
		expect(await run('HTTP/2')).toBe(allIds());
		expect(hubspot.protocols.slice(before)).toEqual(['2.0', '2.0', '2.0']);
	});

	test('connections that stay open', async () => {
		const work = `console.log(threads.length);
			globalThis.isWarm ??= await new Promise(resolve => setTimeout(resolve, 5000, true));`;
		// Each has a HubSpot of its own, which counts its connections: both work for their five seconds at once.
		const connectionsOf = async (rewrite: (code: string) => string) => {
			const own = await startTlsHubspot(await mkdtemp(join(folder, 'own-')), {threads: 1200});
			try {
				const env = {SANDBOX_URL: own.url, NODE_EXTRA_CA_CERTS: own.certificate};
				const replace = ['console.log(threads.length);', work] as const;
				const printed = await run('Connections that stay open', {env, replace, rewrite});
				expect(printed).toBe('100\n'.repeat(12));
				expect(own.sandbox.requests).toHaveLength(12);
				return own.connections();
			} finally {
				own.close();
			}
		};
		const [warm, cold] = await Promise.all([
			// One at a time: whether the next request leaves before the last connection is free again is chance.
			connectionsOf(code => code.replace('connections: 6', 'connections: 1')),
			// And without the agent, Node closes its connection during the work.
			connectionsOf(code => code.replace(', {dispatcher} as RequestInit', '')),
		]);
		expect(warm).toBe(1);
		expect(cold).toBeGreaterThan(1);
	});

	test('a mock without https', async () => {
		const mock = await startSandbox({threads: 7});
		try {
			const resolveName = `
				import dns from 'node:dns';
				const {lookup} = dns;
				dns.lookup = (name, ...more) => lookup(name === 'hubspot-mock' ? '127.0.0.1' : name, ...more);
			`;
			const replace = [':3000', `:${new URL(mock.url).port}`] as const;
			const printed = await run('A mock without https', {before: resolveName, replace});
			expect(printed).toBe([...mock.threads].map(({id}) => `${id}\n`).join(''));
		} finally {
			await mock.close();
		}
	});

	test('in a page, though without a browser', async () => {
		const mock = await startSandbox({threads: 7, accessToken: 'none'});
		try {
			// What the browser has, and what the page's server does.
			const page = `
				globalThis.location = new URL('${mock.url}/inbox');
				const {fetch} = globalThis;
				globalThis.fetch = request => fetch(new Request(request.url.replace('/hubspot/', '/'), request));
			`;
			const printed = await run('In a page', {before: page});
			expect(printed).toBe([...mock.threads].map(({id}) => `${id}\n`).join(''));
		} finally {
			await mock.close();
		}
	});

	test('traces', async () => {
		const before = `
			import {trace as spans, context as contexts} from '@opentelemetry/api';
			import {BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor} from '@opentelemetry/sdk-trace-base';
			import {AsyncLocalStorageContextManager} from '@opentelemetry/context-async-hooks';
			const exporter = new InMemorySpanExporter();
			spans.setGlobalTracerProvider(new BasicTracerProvider({spanProcessors: [new SimpleSpanProcessor(exporter)]}));
			contexts.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
			process.on('exit', () => console.log(JSON.stringify(exporter.getFinishedSpans().map(span => ({
				name: span.name, id: span.spanContext().spanId, parent: span.parentSpanContext?.spanId, attributes: span.attributes,
			})))));
		`;
		const printed = await run('Traces', {before});
		const spans = JSON.parse(printed.slice(allIds().length));
		expect(printed.startsWith(allIds())).toBe(true);
		const parent = spans.at(-1);
		expect(parent).toMatchObject({name: 'export threads'});
		expect(spans.slice(0, -1)).toEqual(
			Array.from({length: 3}, () =>
				expect.objectContaining({
					name: 'GET',
					parent: parent.id,
					attributes: expect.objectContaining({'http.response.status_code': 200}),
				}),
			),
		);
		expect(printed).not.toContain('sandbox-token');
	});

	test('logs', async () => {
		const failing = await startSandbox({threads: 1200, faults: {2: {status: 503}, 4: {status: 400}}});
		try {
			const printed = await run('Logs', {env: {SANDBOX_URL: failing.url}});
			const lines = printed
				.trim()
				.split('\n')
				.map(line => JSON.parse(line));
			expect(lines).toMatchObject([
				{level: 30, msg: 'page', pages: 1, items: 500},
				{level: 40, msg: 'retry', attempt: 1, err: {type: 'ResponseError', status: 503}},
				{level: 30, msg: 'page', pages: 2, items: 1000, requests: 3, retries: 1},
				{
					level: 50,
					msg: 'the walk failed',
					err: {type: 'ResponseError', status: 400, resume: {after: expect.any(String)}},
				},
			]);
			expect(printed).not.toContain('sandbox-token');
		} finally {
			await failing.close();
		}
	});
});

test('each recipe has a test', () => {
	expect(blocks.map(({name}) => name.slice(file.length + 2).toLowerCase())).toEqual([
		'behind a proxy',
		'a certificate of your own',
		'http/2',
		'connections that stay open',
		'a mock without https',
		'in a page',
		'traces',
		'logs',
	]);
});
