import {readFileSync} from 'node:fs';
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

export default Object.entries({index: 'lib/index.ts', sandbox: 'lib/sandbox/index.ts'}).flatMap(
	([name, input]) => [
		{
			input,
			external: isExternal,
			plugins: [typescript(toJavaScript)],
			output: {file: `dist/${name}.js`, sourcemap: true},
		},
		{
			input,
			external: isExternal,
			// The types of Standard Schema have no code: they come along instead of being a dependency.
			plugins: [dts({includeExternal: ['@standard-schema/spec']})],
			output: {file: `dist/${name}.d.ts`},
		},
	],
);
