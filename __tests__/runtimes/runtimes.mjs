import {existsSync} from 'node:fs';
import {delimiter, join} from 'node:path';
import {runInChromium} from './runners/chromium.mjs';
import {runInProcess} from './runners/process.mjs';
import {runInWorkerd} from './runners/workerd.mjs';

const packages = join(import.meta.dirname, 'node_modules');
const repository = join(import.meta.dirname, '../..');

const inPath = names =>
	(process.env.PATH ?? '')
		.split(delimiter)
		.flatMap(folder => names.map(name => join(folder, name)))
		.find(existsSync);

const installed = path => (existsSync(path) ? path : undefined);
const node = name => installed(join(packages, name, 'bin/node'));
const tool = name => installed(join(packages, '.bin', name));

/**
 * All that the library is to run on. `find` gives the path of the runtime, if there is one; `run` gives the results of
 * the checks there.
 */
export const runtimes = [
	// The lowest that package.json names.
	{name: 'Node 22.12', find: () => node('node-22.12'), run: runInProcess()},
	{name: 'Node 22', find: () => node('node-22'), run: runInProcess()},
	{
		name: 'Node 24',
		find: () => installed(join(repository, 'node_modules/node/bin/node')),
		run: runInProcess(),
	},
	{name: 'Node 26', find: () => node('node-26'), run: runInProcess()},
	{name: 'Bun', find: () => tool('bun'), run: runInProcess()},
	{
		name: 'Deno',
		find: () => tool('deno'),
		run: runInProcess(({host}) => ['run', '--no-prompt', `--allow-net=${new URL(host).host}`]),
	},
	{
		name: 'Deno without permissions',
		find: () => tool('deno'),
		run: runInProcess(() => ['run', '--no-prompt'], {isOffline: true}),
	},
	{name: 'workerd', find: () => tool('workerd'), run: runInWorkerd([])},
	{name: 'workerd nodejs_compat', find: () => tool('workerd'), run: runInWorkerd(['nodejs_compat'])},
	{
		name: 'Chromium',
		find: () => process.env.CHROMIUM ?? inPath(['chromium', 'chromium-browser', 'google-chrome', 'chrome']),
		run: runInChromium,
	},
];
