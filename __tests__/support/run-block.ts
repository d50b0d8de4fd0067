import {type ChildProcessWithoutNullStreams, spawn} from 'node:child_process';
import {existsSync} from 'node:fs';
import {join, resolve} from 'node:path';
import ts from 'typescript';
import {outputOf} from './output.ts';

/** Where the packages are that only the guides use. */
const packages = resolve('__tests__/runtimes');

/**
 * The servers and loggers of the guides are no packages of the project: a newcomer's `npm ci` leaves them out, and the
 * tests of these guides are skipped. Where nothing may be left out, as in CI, that is a failure.
 */
export const arePackagesInstalled = existsSync(join(packages, 'node_modules/undici'));
if (!arePackagesInstalled) {
	process.stderr.write('\nGUIDES NOT RUN: their packages need `npm ci --prefix __tests__/runtimes`\n');
}

/** Starts a block of TypeScript as an ES module, which finds the packages of the guides and what `reader.ts` gives it. */
export function startBlock(code: string, env: NodeJS.ProcessEnv) {
	const {outputText} = ts.transpileModule(code, {
		compilerOptions: {target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext},
	});
	const reader = resolve('__tests__/support/reader.ts');
	const child = spawn(
		process.execPath,
		['--disable-warning=ExperimentalWarning', '--import', reader, '--input-type=module'],
		{
			cwd: packages,
			env: {PATH: process.env.PATH, HUBSPOT_ACCESS_TOKEN: 'sandbox-token', ...env},
			// Nothing is left behind when a test fails.
			timeout: 50_000,
			killSignal: 'SIGKILL',
		},
	) as ChildProcessWithoutNullStreams;
	child.stdin.end(outputText);
	return {child, ...outputOf(child)};
}
