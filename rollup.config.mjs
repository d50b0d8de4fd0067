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

const webTypes = ['AbortSignal', 'Headers', 'Request', 'Response', 'URLSearchParams'];
/** `await using` has types of its own, which not everybody asks for. */
const disposable = '/// <reference lib="esnext.disposable" />';

/**
 * Types that every project can read. One that has neither `dom` nor Node's types knows no `Request`: there `web.d.cts`
 * says `any`, because TypeScript ignores the error and goes on. `@ts-expect-error` would be an error in every project that
 * knows the names, and declaring them would clash with those of Workers.
 */
const readableTypes = {
	name: 'readable-types',
	renderChunk(code) {
		const used = webTypes.filter(name => new RegExp(`\\b${name}\\b`).test(code));
		return [
			...(/\bAsyncDisposable\b/.test(code) ? [disposable] : []),
			...(used.length > 0 ? [`import type { ${used.join(', ')} } from './web.cjs';`] : []),
			code,
		].join('\n');
	},
	generateBundle() {
		const lines = webTypes.map(name => `/** @ts-ignore */\ntype Web${name} = ${name};`);
		const names = webTypes.map(name => `Web${name} as ${name}`).join(', ');
		const source = `${lines.join('\n')}\nexport type { ${names} };\n`;
		this.emitFile({type: 'asset', fileName: 'web.d.cts', source});
	},
};

/**
 * `require()` gets the one build too, so that an error of an `import` is an `instanceof` there. A file of CommonJS must
 * say so: before 5.8, and in its modes for Node 16 and 18, TypeScript refuses to `require()` a module.
 */
const forRequire = {
	name: 'for-require',
	generateBundle() {
		for (const name of Object.keys(input)) {
			const emit = (fileName, source) => this.emitFile({type: 'asset', fileName, source});
			emit(`${name}.cjs`, `module.exports = require('./${name}.js');\n`);
			// The types are written once, as those of CommonJS: from there a module may take them, but not the reverse.
			emit(`${name}.d.ts`, `export * from './${name}.cjs';\n`);
		}
	},
};

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
		plugins: [dts({includeExternal: ['@standard-schema/spec']}), readableTypes, forRequire],
		output: {dir: 'dist', entryFileNames: '[name].d.cts', chunkFileNames: 'common-[name].d.cts'},
	},
];
