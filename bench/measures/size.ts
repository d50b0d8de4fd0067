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
	ky: `export {default} from 'ky'`,
	got: `export {default} from 'got'`,
	'fetch-extras, what its contender uses': `export {paginate, pipeline, withHeaders, withHttpError, withRateLimit, withRetry} from 'fetch-extras'`,
	[client]: `export {Client} from '@hubspot/api-client'`,
};
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
	const kB = (name: string) => `${((sizes.get(name) ?? 0) / 1000).toFixed(1)} kB`;
	const ms = (name: string, part?: keyof ImportTime) => `${median(of(name, part)).toFixed(0)} ms`;
	const [some, everything] = [...sizes.keys()] as [string, string];
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
				ours: kB(some),
				peer: `${kB(client)} (${client})`,
				target: '15 kB',
				isMet: (sizes.get(some) ?? 0) <= 15_000,
			},
			{
				measure: 'Size of everything',
				ours: kB(everything),
				peer: `${kB(client)} (${client})`,
				target: '18 kB',
				isMet: (sizes.get(everything) ?? 0) <= 18_000,
			},
			{
				measure: 'Import time',
				ours: `${ms('hubspot-threads')}, ${times(toClient)} that of the client; ${ms('hubspot-threads', 'afterFetch')}, ${times(toClientAfter)} after \`fetch\``,
				peer: `${ms(client)}; ${ms(client, 'afterFetch')} (${client})`,
				target: 'a third of the client’s',
				isMet: toClient <= 1 / 3,
			},
		],
	};
};

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
