import {execFile} from 'node:child_process';
import {mkdtemp, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, jest, test} from '@jest/globals';
import {transform} from 'esbuild';
import ts from 'typescript';
import type {Message, Thread} from '../lib/index.ts';
import {type StartedSandbox, type StartSandboxOptions, startSandbox} from '../lib/sandbox/index.ts';
import {type CodeBlock, readCodeBlocks} from './support/code-blocks.ts';
import {problemsOf} from './support/compile.ts';

jest.setTimeout(60_000);

const blocks = readCodeBlocks();
const runnable = blocks.filter(({language}) => language === 'ts');

/** What is no TypeScript, and why it does not run here. */
const elsewhere: Readonly<Record<string, string>> = {
	'README.md: Try it': '`npm start` is run by export-ndjson.test.ts',
	'README.md: Try it (2)': 'it is how this test is run',
	'README.md: Install': 'package.test.ts installs the package',
	'docs/guides/start.md: What you need': 'package.test.ts installs the package',
	'docs/guides/how-it-works.md: How it works': 'a diagram',
	'docs/guides/warehouse.md: The warehouse': 'postgres.test.ts runs it',
	'docs/guides/warehouse.md: The warehouse (2)': 'postgres.test.ts runs it',
	'docs/guides/warehouse.md: The warehouse (3)': 'postgres.test.ts runs it',
	'docs/guides/warehouse.md: The warehouse (4)': 'duckdb.test.ts runs it',
	'docs/guides/testing.md: Vitest and Jest': '`npm run test:package` runs it',
	'docs/guides/testing.md: Vitest and Jest (2)': '`npm run test:package` runs it',
	'bench/README.md: Speed, measured': 'it takes 25 minutes',
	'lib/shared/redis.ts': 'it needs a Redis: several-processes/clients.test.ts runs it',
};

interface Run {
	readonly stdout: string;
	readonly sandbox: StartedSandbox;
	/** What the block stored, batch by batch. */
	readonly stored: ReadonlyArray<{
		readonly threads: readonly Thread[];
		readonly gone?: readonly string[];
		readonly messages?: readonly Message[];
	}>;
	readonly again: () => Promise<Run>;
}

interface Expectation {
	/** What the block finds. Default: 1200 threads, and no faults. */
	readonly sandbox?: StartSandboxOptions;
	readonly check: (run: Run) => void | Promise<void>;
}

const idsOf = (threads: Iterable<Thread>) => [...threads].map(({id}) => id);
const inInbox = ({inboxId}: {readonly inboxId: string}) => inboxId === '481939';
const sorted = (printed: string) => printed.split('\n').filter(Boolean).sort();
const lines = (values: Iterable<unknown>) => [...values].map(value => `${value}\n`).join('');

const conversation: Thread = {
	id: '8200000001',
	inboxId: '481939',
	originalChannelId: '1000',
	originalChannelAccountId: '148660',
	associatedContactId: '1401',
	createdAt: '2026-01-05T10:00:00.000Z',
	latestMessageTimestamp: '2026-01-05T11:00:00.000Z',
	closedAt: '2026-01-05T12:00:00.000Z',
	status: 'CLOSED',
	spam: false,
	archived: false,
};

const firstLoop: Expectation = {
	check({stdout, sandbox}) {
		const listed = [...sandbox.threads].filter(inInbox);
		expect(listed.length).toBeGreaterThan(500);
		expect(stdout).toBe(lines(listed.map(({id, status}) => `${id} ${status}`)));
	},
};

const storesEverything: Expectation = {
	async check({sandbox, stored, again}) {
		const withMessage = [...sandbox.threads].filter(thread => thread.latestMessageTimestamp);
		const ids = stored.flatMap(({threads}) => idsOf(threads));
		expect(new Set(ids)).toEqual(new Set(idsOf(withMessage)));

		const [first] = withMessage as [Thread];
		const time = new Date();
		sandbox.receiveMessage(first.id, time);
		const requests = sandbox.requests.length;
		const news = (await again()).stored.slice(stored.length).flatMap(({threads}) => threads);
		const changed = {id: first.id, latestMessageTimestamp: time.toISOString()};
		expect(news).toContainEqual(expect.objectContaining(changed));
		// From the stored checkpoint, not from the start.
		expect(sandbox.requests.length - requests).toBeLessThanOrEqual(2);
	},
};

const threeIds: Expectation = {
	check({stdout}) {
		expect(stdout).toMatch(/^(\d+\n){3}$/);
	},
};

const storesAPass: Expectation = {
	async check({sandbox, stored, again}) {
		const open = [...sandbox.threads].filter(({status}) => status === 'OPEN');
		expect(stored.flatMap(({threads}) => idsOf(threads))).toEqual(idsOf(open));
		expect(stored.flatMap(({gone}) => gone)).toEqual(['1']);

		const [first] = open as [Thread];
		sandbox.closeThread(first.id);
		const news = (await again()).stored.slice(stored.length).flatMap(({threads}) => threads);
		expect(news).toContainEqual(expect.objectContaining({id: first.id, status: 'CLOSED'}));
	},
};

const storesMessages: Expectation = {
	sandbox: {threads: 100},
	check({sandbox, stored}) {
		const withMessage = [...sandbox.threads].filter(thread => thread.latestMessageTimestamp);
		const said = withMessage.flatMap(({id}) => sandbox.messages(id).filter(({archived}) => !archived));
		const ids = stored.flatMap(({messages = []}) => messages.map(({id}) => id));
		expect(new Set(ids)).toEqual(new Set(said.map(({id}) => id)));
		expect(new Set(stored.flatMap(({threads}) => idsOf(threads)))).toEqual(new Set(idsOf(withMessage)));
	},
};

/** The sum of the first, or of another, number of each line. */
function sumOf(stdout: string, place = 0): number {
	return stdout
		.trimEnd()
		.split('\n')
		.reduce((sum, line) => sum + Number(line.match(/\d+/g)?.[place]), 0);
}

const withMessage = ({threads}: StartedSandbox) =>
	[...threads].filter(({latestMessageTimestamp}) => latestMessageTimestamp);

const tellsOfEverything: Expectation = {
	check({stdout, sandbox}) {
		expect(stdout).toMatch(/^(\d+ threads to store, as of \d{4}-\S+Z\n)+$/);
		// The last hour is read again.
		expect(sumOf(stdout)).toBeGreaterThanOrEqual(withMessage(sandbox).length);
	},
};

const tellsOfMessages: Expectation = {
	sandbox: {threads: 100},
	check({stdout, sandbox}) {
		const said = withMessage(sandbox).flatMap(({id}) => sandbox.messages(id));
		expect(stdout).toMatch(/^(\d+ threads and \d+ messages to store\n)+$/);
		expect(sumOf(stdout)).toBeGreaterThanOrEqual(withMessage(sandbox).length);
		expect(sumOf(stdout, 1)).toBeGreaterThanOrEqual(said.filter(({archived}) => !archived).length);
	},
};

const tellsOfAPass: Expectation = {
	check({stdout, sandbox}) {
		const open = [...sandbox.threads].filter(({status}) => status === 'OPEN');
		expect(stdout).toMatch(/^(\d+ threads to store, \d+ to mark as gone\n)+$/);
		expect([sumOf(stdout), sumOf(stdout, 1)]).toEqual([open.length, 1]);
	},
};

/** What a block prints and stores. One that is not here has to end well, and say nothing on stderr. */
const expected: Readonly<Record<string, Expectation>> = {
	'README.md: hubspot-threads': firstLoop,
	'docs/guides/errors-and-resume.md: Errors and resume': {
		sandbox: {faults: {2: {status: 400, body: {category: 'VALIDATION_ERROR'}}}},
		check({stdout, sandbox}) {
			const ids = idsOf(sandbox.threads);
			const [first, second] = [ids.slice(0, 500), ids.slice(500)].map(lines) as [string, string];
			expect(stdout.startsWith(first)).toBe(true);
			expect(stdout.endsWith(second)).toBe(true);
			expect(stdout.slice(first.length, -second.length)).toMatch(
				/^HubSpot answered 400 VALIDATION_ERROR {\s+after: '\S+'\s}\n$/,
			);
		},
	},
	'docs/guides/errors-and-resume.md: Errors and resume (2)': {
		check({stdout}) {
			expect(stdout).toMatch(
				/^500 \S+Z \d+ {\s+after: '\S+'\s}\n500 \S+Z \d+ {\s+after: '\S+'\s}\n200 \S+Z \d+ undefined\n$/,
			);
		},
	},
	'README.md: Keep a copy': tellsOfEverything,
	'README.md: Keep a copy (2)': tellsOfAPass,
	'docs/guides/sync-and-reconcile.md: Sync and reconcile': tellsOfEverything,
	'docs/guides/sync-and-reconcile.md: With messages': tellsOfMessages,
	'docs/guides/sync-and-reconcile.md: Reconcile': tellsOfAPass,
	'docs/guides/testing.md: Testing': {
		check({stdout}) {
			expect(stdout).toBe('2000 8\n');
		},
	},
	'docs/guides/testing.md: Without sockets': {
		check({stdout}) {
			expect(stdout).toContain('✔ every thread is listed once');
			expect(stdout).toContain('ℹ pass 1\n');
		},
	},
	'docs/guides/start.md: The first threads': {
		check({stdout, sandbox}) {
			const listed = [...sandbox.threads].slice(0, 5);
			expect(stdout).toBe(
				lines(
					listed.map(({id, status, latestMessageTimestamp}) => `${id} ${status} ${latestMessageTimestamp}`),
				),
			);
		},
	},
	'docs/guides/start.md: What was said': {
		check({stdout}) {
			expect(stdout).toMatch(/^\d{4}-\S+Z (INCOMING|OUTGOING) /);
		},
	},
	'docs/guides/start.md: Who said it': {
		check({stdout}) {
			expect(stdout).toMatch(/^(A-26200\d\d .+\n)+$/);
		},
	},
	"docs/guides/start.md: An inbox's id": {
		check({stdout}) {
			expect(stdout).toContain('481939 INBOX Inbox 1\n');
		},
	},
	'docs/guides/rate-limits.md: Several walks in one process': {
		check({stdout, sandbox}) {
			const open = [...sandbox.threads].filter(({status}) => status === 'OPEN').length;
			expect(stdout).toBe(`${open} ${1200 - open}\n`);
		},
	},
	'lib/paginate.ts': firstLoop,
	'lib/pages.ts': {
		check({stdout}) {
			expect(stdout).toMatch(/^500 {\s+after: '\S+'\s}\n500 {\s+after: '\S+'\s}\n200 undefined\n$/);
		},
	},
	'lib/lists/messages.ts': {
		sandbox: {threads: [conversation]},
		check({stdout, sandbox}) {
			const said = sandbox.messages(conversation.id).filter(({type}) => type === 'MESSAGE');
			expect(stdout).toBe(
				lines(said.map(({createdAt, direction, text}) => `${createdAt} ${direction} ${text}`).reverse()),
			);
		},
	},
	'lib/lists/inboxes.ts': {
		check({stdout, sandbox}) {
			const listed = [...sandbox.inboxes].filter(({archived}) => !archived);
			expect(sorted(stdout)).toEqual(listed.map(({id, type, name}) => `${id} ${type} ${name}`).sort());
		},
	},
	'lib/lists/channels.ts': {
		check({stdout, sandbox}) {
			expect(stdout).toBe(lines([...sandbox.channels].map(({id, name}) => `${id} ${name}`)));
		},
	},
	'lib/lists/channel-accounts.ts': {
		check({stdout, sandbox}) {
			const listed = [...sandbox.channelAccounts].filter(inInbox).filter(({archived}) => !archived);
			expect(listed.length).toBeGreaterThan(0);
			expect(sorted(stdout)).toEqual(
				listed.map(({channelId, name, active}) => `${channelId} ${name} ${active}`).sort(),
			);
		},
	},
	'lib/read/threads.ts': {
		sandbox: {threads: [conversation]},
		check({stdout}) {
			expect(stdout).toBe('8200000001 CLOSED\n8200000002 gone\n');
		},
	},
	'lib/read/actors.ts': {
		check({stdout, sandbox}) {
			const known = [...sandbox.actors].filter(({id}) => ['A-2620022', 'V-1401'].includes(id));
			expect(sorted(stdout)).toEqual(known.map(({id, type, name}) => `${id} ${type} ${name}`).sort());
		},
	},
	'lib/sync.ts': storesEverything,
	'lib/sync.ts (2)': storesMessages,
	'lib/reconcile.ts': storesAPass,
	'lib/request/throttle.ts': {
		check({stdout, sandbox}) {
			const open = [...sandbox.threads].filter(({status}) => status === 'OPEN').length;
			expect(stdout).toBe(`${open} ${1200 - open}\n`);
		},
	},
	'docs/guides/several-processes.md: When one process is enough': threeIds,
	'docs/guides/several-processes.md: A fixed number of processes: a fixed share': threeIds,
	'docs/guides/several-processes.md: Any number of processes: a shared throttle': threeIds,
	'lib/shared/postgres.ts': threeIds,
	'lib/sandbox/sandbox.ts': {
		check({stdout}) {
			expect(stdout).toBe('1000000007\n1000000020\n1000000033\n');
		},
	},
	'lib/sandbox/start-sandbox.ts': {
		check({stdout}) {
			expect(stdout.match(/^\d+$/gm)).toHaveLength(2000);
		},
	},
};

let folder: string;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'code-blocks-'));
});
afterAll(() => rm(folder, {recursive: true, force: true}));

test('there are blocks, and each of another language is accounted for', () => {
	const others = blocks.filter(({language}) => language !== 'ts').map(({name}) => name);
	expect(others.sort()).toEqual(Object.keys(elsewhere).sort());
	expect(runnable.map(({name}) => name)).toEqual(expect.arrayContaining(Object.keys(expected)));
});

test.each(runnable.filter(({name}) => !name.startsWith('lib/')))(
	'it can be pasted into a .js file too: $name',
	async ({code}) => {
		await expect(transform(code, {loader: 'js', format: 'esm'})).resolves.toBeDefined();
	},
);

test('each block compiles', () => {
	const files = new Map(runnable.map(({name, code}) => [`${process.cwd()}/${fileName(name)}`, code]));
	expect(files.size).toBe(runnable.length);
	expect(problemsOf(files)).toEqual([]);
});

test.concurrent.each(runnable)('it runs: $name', async block => {
	const {sandbox: options, check} = expected[block.name] ?? {};
	const sandbox = await startSandbox({threads: 1200, ...options});
	try {
		const ended = await run(block, sandbox);
		await check?.(ended);
	} finally {
		await sandbox.close();
	}
});

async function run(block: CodeBlock, sandbox: StartedSandbox): Promise<Run> {
	const sink = join(folder, `${fileName(block.name)}.ndjson`);
	// What TypeScript compiles for a reader whose Node is older than `await using`.
	const {outputText} = ts.transpileModule(block.code, {
		compilerOptions: {target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext},
	});
	const {HUBSPOT_BASE_URL: _, ...env} = process.env;
	const stdout = await new Promise<string>((resolve, reject) => {
		const child = execFile(
			process.execPath,
			// Node 22 warns of the TypeScript in `reader.ts`.
			[
				'--disable-warning=ExperimentalWarning',
				'--import',
				'./__tests__/support/reader.ts',
				'--input-type=module',
			],
			{
				env: {...env, HUBSPOT_ACCESS_TOKEN: sandbox.accessToken, SANDBOX_URL: sandbox.url, SINK: sink},
				// Nothing is left behind when a test fails.
				timeout: 50_000,
				killSignal: 'SIGKILL',
			},
			(error, stdout, stderr) => {
				error || stderr !== '' ? reject(error ?? new Error(stderr)) : resolve(stdout);
			},
		);
		child.stdin?.end(outputText);
	});
	const stored = await readFile(sink, 'utf8').catch(() => '');
	return {
		stdout,
		sandbox,
		stored: stored
			.split('\n')
			.filter(Boolean)
			.map(line => JSON.parse(line)),
		again: () => run(block, sandbox),
	};
}

function fileName(name: string): string {
	return `${name.replaceAll(/\W+/g, '-')}.ts`;
}
