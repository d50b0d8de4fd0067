import {cp, mkdir, readFile, rm, symlink, writeFile} from 'node:fs/promises';
import {extname, join, resolve} from 'node:path';
import {blocksOf} from '../support/code-blocks.ts';
import {packages, run} from './compilers.mjs';

const guide = await readFile(resolve(import.meta.dirname, '../../docs/guides/testing.md'), 'utf8');
const codeOf = wanted => blocksOf('guide', guide).find(({language}) => language === wanted).code;
const [, flag] = codeOf('sh').match(/^NODE_OPTIONS=(\S+) npx jest$/m);
const withBabel = codeOf('js');
const withoutTypeScript = withBabel.replace(/^.*'ts-jest'.*\n/m, '');

const commonjs = {tests: 'commonjs.js', type: 'commonjs'};
const modules = {tests: 'module.js', type: 'module'};
const toCommonjs = {
	tests: 'typescript.ts',
	type: 'commonjs',
	preset: 'ts-jest',
	compilerOptions: {module: 'commonjs', moduleResolution: 'bundler'},
};
const toModules = {
	tests: 'typescript.ts',
	type: 'module',
	preset: 'ts-jest/presets/default-esm',
	compilerOptions: {module: 'nodenext', isolatedModules: true},
};

/** What the guide to testing says: of every Node, unless it says it of some. */
const claims = [
	{name: 'Vitest', ...modules, command: ['vitest/vitest.mjs', 'run'], framework: 'vitest'},
	{name: 'node --test', ...modules, tests: 'node.js', command: ['--test']},
	{name: 'Jest with the flag, tests in CommonJS', ...commonjs, flag, nodes: ['24.9']},
	{name: 'Jest with the flag, tests that are modules', ...modules, flag},
	{name: 'Jest with the flag, ts-jest to CommonJS', ...toCommonjs, flag, nodes: ['24.9']},
	{name: 'Jest with the flag, ts-jest to modules', ...toModules, flag},
	{name: 'Jest with Babel, tests in CommonJS', ...commonjs, config: withoutTypeScript},
	{
		name: 'Jest with Babel, packages where pnpm has them',
		...commonjs,
		config: withoutTypeScript,
		prepare: layOutAsPnpm,
		nodes: ['22.12'],
	},
	{name: 'Jest with Babel, ts-jest to CommonJS', ...toCommonjs, config: withBabel},
];
const everyNode = ['22.12', '24.9'];

/** What pnpm makes of `node_modules/`: a package is in a folder with its dependencies, and linked from where it is used. */
async function layOutAsPnpm(project) {
	const modules = join(project, 'node_modules');
	const store = join(modules, '.pnpm/hubspot-threads@0.1.0/node_modules');
	for (const name of ['hubspot-threads', 'ky', 'p-retry', 'p-throttle', 'is-network-error']) {
		await cp(join(packages, name), join(store, name), {recursive: true});
	}

	await symlink(join(store, 'hubspot-threads'), join(modules, 'hubspot-threads'));
}

/** Beside the packages, and not among them, where no runner looks for tests. */
export const projects = join(import.meta.dirname, '.projects');

async function createProject(version, {name, tests, type, framework, preset, compilerOptions, config}) {
	const project = join(projects, `${name} ${version}`.replaceAll(/\W+/g, '-'));
	await rm(project, {recursive: true, force: true});
	await mkdir(project, {recursive: true});
	const source = await readFile(join(import.meta.dirname, 'tests', tests), 'utf8');
	const jest = config ?? (preset && `module.exports = ${JSON.stringify({preset})};`);
	const options = {target: 'es2022', strict: true, types: [], ...compilerOptions};
	const files = {
		[`threads.test${extname(tests)}`]: framework ? source.replace('@jest/globals', framework) : source,
		'package.json': JSON.stringify({private: true, type}),
		'tsconfig.json': JSON.stringify({compilerOptions: options}),
		...(jest && {'jest.config.cjs': jest}),
	};
	for (const [file, text] of Object.entries(files)) {
		await writeFile(join(project, file), text);
	}

	return project;
}

/** Jest would take the configuration for a test: all of this is in a folder `__tests__`. */
const jestCommand = ['jest/bin/jest.js', '--ci', '--no-cache', '--testMatch', '**/threads.test.*'];

function commandOf({command: [first, ...rest] = jestCommand}) {
	return first.startsWith('--') ? [first, ...rest] : [join(packages, first), ...rest];
}

async function tryClaim(version, claim) {
	const cwd = await createProject(version, claim);
	await claim.prepare?.(cwd);
	const node = join(packages, `node-${version}/bin/node`);
	const {NODE_OPTIONS: _, ...env} = process.env;
	const {code, stdout, stderr} = await run(node, commandOf(claim), {
		cwd,
		env: {...env, NO_COLOR: '1', ...(claim.flag ? {NODE_OPTIONS: claim.flag} : {})},
	});
	const printed = `${stdout}${stderr}`;
	// A run that finds no tests is none.
	return code === 0 && /\b2 passed|\bpass 2\b/.test(printed)
		? undefined
		: `It ended with ${code}\n${printed}`;
}

/** The test runners, each on the lowest Node that is supported, and on the lowest that the guide names. */
export const runners = claims.flatMap(claim =>
	(claim.nodes ?? everyNode).map(version => ({
		name: `${claim.name}, on Node ${version}`,
		start: () => tryClaim(version, claim),
	})),
);
