import {execFile} from 'node:child_process';
import {fileURLToPath} from 'node:url';

/** Runs an example as its command does, without a token unless `env` has one. */
export function runExample(
	name: string,
	env: NodeJS.ProcessEnv = {},
): Promise<{code: number | string | null; stdout: string; stderr: string}> {
	const script = fileURLToPath(new URL(`../../examples/${name}.ts`, import.meta.url));
	const clean = {HUBSPOT_ACCESS_TOKEN: undefined, HUBSPOT_BASE_URL: undefined};
	return new Promise(resolve => {
		execFile(
			process.execPath,
			[script],
			// Nothing is left behind when a test fails.
			{env: {...process.env, ...clean, ...env}, timeout: 50_000, killSignal: 'SIGKILL'},
			(error, stdout, stderr) => {
				resolve({code: error ? (error.code ?? error.signal ?? null) : 0, stdout, stderr});
			},
		);
	});
}
