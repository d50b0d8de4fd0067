import {execFile} from 'node:child_process';
import {existsSync} from 'node:fs';
import {readFile, writeFile} from 'node:fs/promises';
import {createRequire} from 'node:module';
import {join} from 'node:path';

export const packages = join(import.meta.dirname, 'node_modules');

const readJson = async path => JSON.parse(await readFile(path, 'utf8'));

/** The compilers that are installed, by version. */
export async function findCompilers() {
	const {dependencies} = await readJson(join(import.meta.dirname, 'package.json'));
	const folders = Object.keys(dependencies).filter(name => name.startsWith('typescript'));
	const found = folders.map(async name => {
		const folder = join(packages, name);
		return {folder, ...(await readJson(join(folder, 'package.json')))};
	});
	return (await Promise.all(found)).map(({folder, version}) => ({folder, version}));
}

/** What a command prints; what it prints and its code when it fails. */
export const run = (command, args, options) =>
	new Promise(resolve => {
		execFile(command, args, {maxBuffer: 2 ** 26, ...options}, (error, stdout, stderr) => {
			resolve({code: error ? (error.code ?? error.signal) : 0, stdout, stderr});
		});
	});

/**
 * A function that compiles the files of a folder, and gives what the compiler says. Where it can be called from
 * JavaScript it keeps the files that it has read: reading them again takes most of the time.
 */
export function createCompiler({folder}) {
	return existsSync(join(folder, 'lib/typescript.js'))
		? compileWith(createRequire(import.meta.url)(folder))
		: compileByCommand(join(folder, 'bin/tsc'));
}

function compileWith(ts) {
	const read = new Map();
	return async (folder, compilerOptions, files) => {
		const {options, errors} = ts.convertCompilerOptionsFromJson(compilerOptions, folder);
		const host = ts.createCompilerHost(options);
		const {getSourceFile} = host;
		host.getCurrentDirectory = () => folder;
		host.getSourceFile = (name, how, ...rest) => {
			if (!name.startsWith(packages) && !name.startsWith(folder)) {
				return getSourceFile(name, how, ...rest);
			}

			const key = JSON.stringify([name, how.languageVersion, how.impliedNodeFormat]);
			read.has(key) || read.set(key, getSourceFile(name, how, ...rest));
			return read.get(key);
		};
		const program = ts.createProgram(
			files.map(file => join(folder, file)),
			options,
			host,
		);
		const diagnostics = [...errors, ...ts.getPreEmitDiagnostics(program), ...program.emit().diagnostics];
		return ts.formatDiagnostics(ts.sortAndDeduplicateDiagnostics(diagnostics), {
			...host,
			getCanonicalFileName: name => name,
			getNewLine: () => '\n',
		});
	};
}

function compileByCommand(tsc) {
	return async (folder, compilerOptions, files) => {
		const project = join(folder, 'tsconfig.json');
		await writeFile(project, JSON.stringify({compilerOptions, files}));
		const {code, stdout, stderr} = await run(process.execPath, [
			tsc,
			'--project',
			project,
			'--pretty',
			'false',
		]);
		return code === 0 ? '' : `${stdout}${stderr}`;
	};
}
