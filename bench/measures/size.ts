import {execFile} from 'node:child_process';
import {promisify} from 'node:util';
import {gzipSync} from 'node:zlib';
import {build} from 'esbuild';
import {progress} from '../race.ts';
import {type Measure, times} from '../section.ts';
import {median, ratio} from '../statistics.ts';

const rounds = 11;
const client = '@hubspot/api-client';
const apps: Readonly<Record<string, string>> = {
	'hubspot-threads, `paginate`': `export {paginate} from 'hubspot-threads'`,
	'hubspot-threads, everything': `export * from 'hubspot-threads'`,
	'its dependencies: ky, p-retry and p-throttle': [
		`export {default as ky} from 'ky'`,
		`export {default as pRetry} from 'p-retry'`,
		`export {default as pThrottle} from 'p-throttle'`,
	].join('; '),
	ky: `export {default} from 'ky'`,
	got: `export {default} from 'got'`,
	'fetch-extras, what its contender uses': `export {paginate, pipeline, withHeaders, withHttpError, withRateLimit, withRetry} from 'fetch-extras'`,
	[client]: `export {Client} from '@hubspot/api-client'`,
};
/** To the client's: what it was when this target was set, and a little. */
const mostImport = 0.55;

/** Bytes of the app that imports `paginate`. */
const targets = {all: 19_000, ours: 7000};

const imports = ['hubspot-threads', 'ky', 'got', 'fetch-extras', client];

export const measure: Measure = async () => {
	progress('size: bundles');
	const sizes = new Map<string, number>();
	for (const [name, contents] of Object.entries(apps)) {
		sizes.set(name, await bundleSize(contents));
	}

	const durations = new Map<string, ImportTime[]>(imports.map(name => [name, []]));
	for (let round = 1; round <= rounds; round++) {
		progress(`size: import time, round ${round} of ${rounds}`);
		for (const name of imports) {
			durations.get(name)?.push(await importTime(name));
		}
	}

	const of = (name: string, part: keyof ImportTime = 'alone') =>
		durations.get(name)?.map(time => time[part]) ?? [];
	const size = (name: string) => sizes.get(name) ?? 0;
	const kB = (name: string) => inkB(size(name));
	const ms = (name: string, part?: keyof ImportTime) => `${median(of(name, part)).toFixed(0)} ms`;
	const [some, , dependencies] = [...sizes.keys()] as [string, string, string];
	const own = size(some) - size(dependencies);
	const toClient = ratio(of('hubspot-threads'), of(client));
	const toClientAfter = ratio(of('hubspot-threads', 'afterFetch'), of(client, 'afterFetch'));
	return {
		title: 'Size and import time',
		about: `Minified by esbuild and gzipped (level 9), dependencies included, Node's own modules not. Import time: \`await import()\` in a fresh process; medians of ${rounds} rounds.`,
		tables: [
			{columns: ['app', 'minified and gzipped'], rows: [...sizes.keys()].map(name => [name, kB(name)])},
			{
				columns: ['module', 'alone', `to ${client}`, 'after `fetch`', `to ${client}`],
				rows: imports.map(name => [
					name,
					ms(name),
					times(ratio(of(name), of(client))),
					ms(name, 'afterFetch'),
					times(ratio(of(name, 'afterFetch'), of(client, 'afterFetch'))),
				]),
			},
		],
		verdicts: [
			{
				measure: 'Size of an app that imports `paginate`',
				ours: `${kB(some)}, of which ours ${inkB(own)}`,
				peer: `${kB(client)} (${client})`,
				target: `${inkB(targets.all)}, of which ours ${inkB(targets.ours)}`,
				isMet: size(some) <= targets.all && own <= targets.ours,
			},
			{
				measure: 'Import time',
				ours: `${ms('hubspot-threads')}, ${times(toClient)} that of the client; ${ms('hubspot-threads', 'afterFetch')}, ${times(toClientAfter)} after \`fetch\``,
				peer: `${ms(client)}; ${ms(client, 'afterFetch')} (${client})`,
				target: `${times(mostImport)} the client's, after \`fetch\``,
				isMet: toClientAfter <= mostImport,
			},
		],
	};
};

const inkB = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;

async function bundleSize(contents: string): Promise<number> {
	const {outputFiles} = await build({
		stdin: {contents, resolveDir: import.meta.dirname},
		bundle: true,
		minify: true,
		format: 'esm',
		platform: 'node',
		write: false,
	});
	return gzipSync(outputFiles[0]?.contents as Uint8Array, {level: 9}).length;
}

/** Milliseconds. */
interface ImportTime {
	readonly alone: number;
	/** In a process that has loaded Node's `fetch`. */
	readonly afterFetch: number;
}

async function importTime(name: string): Promise<ImportTime> {
	return {
		alone: await evaluate(timed(name)),
		afterFetch: await evaluate(`globalThis.Request; ${timed(name)}`),
	};
}

const timed = (name: string) =>
	`const start = performance.now(); await import('${name}'); console.log(performance.now() - start)`;

async function evaluate(code: string): Promise<number> {
	const {stdout} = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code], {
		cwd: import.meta.dirname,
	});
	return Number(stdout);
}
