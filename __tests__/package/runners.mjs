import {cp, mkdir, readFile, rm, symlink, writeFile} from 'node:fs/promises';
import {join, resolve} from 'node:path';
import {blocksOf} from '../support/code-blocks.ts';
import {packages, run} from './compilers.mjs';

const guide = await readFile(resolve(import.meta.dirname, '../../docs/guides/testing.md'), 'utf8');
const codeOf = wanted => blocksOf('guide', guide).find(({language}) => language === wanted).code;
const [, flag] = codeOf('sh').match(/^NODE_OPTIONS=(\S+) npx jest$/m);
const withBabel = codeOf('js');
const withoutTypeScript = withBabel.replace(/^.*'ts-jest'.*\n/m, '');

/** What the guide to testing says: of every Node, unless it says it of some. */
const claims = [
	{name: 'Vitest', project: 'vitest'},
	{name: 'node --test', project: 'node-test'},
	{name: 'Jest with the flag, tests in CommonJS', project: 'jest-commonjs', flag, nodes: ['24.9']},
	{name: 'Jest with the flag, tests that are modules', project: 'jest-modules', flag},
	{name: 'Jest with the flag, ts-jest to CommonJS', project: 'ts-jest', flag, nodes: ['24.9']},
	{name: 'Jest with the flag, ts-jest to modules', project: 'ts-jest-modules', flag},
	{name: 'Jest with Babel, tests in CommonJS', project: 'jest-commonjs', config: withoutTypeScript},
	{
		name: 'Jest with Babel, packages where pnpm has them',
		project: 'jest-pnpm',
		config: withoutTypeScript,
		prepare: layOutAsPnpm,
		nodes: ['22.12'],
	},
	{name: 'Jest with Babel, ts-jest to CommonJS', project: 'ts-jest', config: withBabel},
];
const everyNode = ['22.12', '24.9'];

/** What pnpm makes of `node_modules/`: a package is in a folder with its dependencies, and linked from where it is used. */
async function layOutAsPnpm(project) {
	const modules = join(project, 'node_modules');
	const store = join(modules, '.pnpm/hubspot-threads@0.1.0/node_modules');
	await rm(modules, {recursive: true, force: true});
	for (const name of ['hubspot-threads', 'ky', 'p-retry', 'p-throttle', 'is-network-error']) {
		await cp(join(packages, name), join(store, name), {recursive: true});
	}

	await symlink(join(store, 'hubspot-threads'), join(modules, 'hubspot-threads'));
}

async function commandOf({name, project, config}) {
	if (project === 'node-test') {
		return ['--test'];
	}

	if (project === 'vitest') {
		return [join(packages, 'vitest/vitest.mjs'), 'run'];
	}

	const jest = [join(packages, 'jest/bin/jest.js'), '--ci', '--no-cache'];
	if (config === undefined) {
		return jest;
	}

	const file = join(packages, '.projects', `${name.replaceAll(/\W+/g, '-')}.config.cjs`);
	await mkdir(join(packages, '.projects'), {recursive: true});
	await writeFile(file, config);
	return [...jest, '--config', file, '--rootDir', '.'];
}

async function tryClaim(version, claim) {
	const cwd = join(import.meta.dirname, 'projects', claim.project);
	await claim.prepare?.(cwd);
	const node = join(packages, `node-${version}/bin/node`);
	const {NODE_OPTIONS: _, ...env} = process.env;
	const {code, stdout, stderr} = await run(node, await commandOf(claim), {
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
