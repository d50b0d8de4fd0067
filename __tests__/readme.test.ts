import {readFileSync} from 'node:fs';
import {expect, test} from '@jest/globals';
import ts from 'typescript';

const blocks = (file: string) =>
	[...readFileSync(file, 'utf8').matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code as string);

test('every TypeScript block of the README compiles', () => {
	const {config} = ts.readConfigFile('tsconfig.json', ts.sys.readFile);
	const {options} = ts.parseJsonConfigFileContent(config, ts.sys, process.cwd());
	const files = new Map(
		blocks('README.md').map((code, index) => [`${process.cwd()}/examples/readme-${index}.ts`, code]),
	);
	expect(files.size).toBeGreaterThanOrEqual(4);
	const host = ts.createCompilerHost(options);
	const {readFile, fileExists, getSourceFile} = host;
	host.fileExists = name => files.has(name) || fileExists(name);
	host.readFile = name => files.get(name) ?? readFile(name);
	host.getSourceFile = (name, ...rest) => {
		const code = files.get(name);
		return code === undefined
			? getSourceFile(name, ...rest)
			: ts.createSourceFile(name, code, ...(rest.slice(0, 1) as [ts.ScriptTarget]));
	};
	const program = ts.createProgram([...files.keys()], options, host);
	const problems = ts
		.getPreEmitDiagnostics(program)
		.map(({file, messageText}) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
	expect(problems).toEqual([]);
}, 30_000);
