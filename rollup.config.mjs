import {readFileSync, rmSync} from 'node:fs';
import {nodeResolve} from '@rollup/plugin-node-resolve';
import typescript from '@rollup/plugin-typescript';
import {dts} from 'rollup-plugin-dts';

const {dependencies} = JSON.parse(readFileSync('package.json', 'utf8'));
const names = Object.keys(dependencies);
const isExternal = id =>
	id.startsWith('node:') || names.some(name => id === name || id.startsWith(`${name}/`));

const toJavaScript = {
	include: ['lib/**'],
	compilerOptions: {
		noEmit: false,
		module: 'esnext',
		moduleResolution: 'bundler',
		sourceMap: true,
		inlineSources: true,
		noCheck: true,
	},
};

// One build of all, so that what they share is there once: an error of one entry is an `instanceof` in the other.
const input = {index: 'lib/index.ts', sandbox: 'lib/sandbox/index.ts', shared: 'lib/shared/index.ts'};
const servers = {serve: 'lib/sandbox/serve.ts', 'no-server': 'lib/sandbox/no-server.ts'};

/** The runtime chooses, by the `imports` of package.json: a bundle for a browser must not even find a server. */
const chooseServer = {
	name: 'choose-server',
	resolveId: id => (/^\.\/serve\.[jt]s$/.test(id) ? {id: '#serve', external: true} : undefined),
};

/** The server comes along instead of being a dependency, with its licence. */
const withLicence = ({moduleIds}) =>
	moduleIds.some(id => id.includes('/node_modules/srvx/'))
		? `/*! srvx\n${readFileSync('node_modules/srvx/LICENSE', 'utf8').trim()}\n*/`
		: '';

/** `await using` has types of its own, which not everybody asks for. */
const withDisposable = ({name}) => (name === 'sandbox' ? '/// <reference lib="esnext.disposable" />' : '');

// What no build makes any more would be packed all the same.
rmSync('dist', {recursive: true, force: true});

export default [
	{
		input: {...input, ...servers},
		external: isExternal,
		plugins: [chooseServer, nodeResolve({resolveOnly: ['srvx']}), typescript(toJavaScript)],
		output: {dir: 'dist', chunkFileNames: 'common-[name].js', banner: withLicence, sourcemap: true},
	},
	{
		input,
		external: isExternal,
		// The types of Standard Schema have no code: they come along instead of being a dependency.
		plugins: [dts({includeExternal: ['@standard-schema/spec']})],
		output: {
			dir: 'dist',
			entryFileNames: '[name].d.ts',
			chunkFileNames: 'common-[name].d.ts',
			banner: withDisposable,
		},
	},
];
