/**
 * Packs the package, installs it beside the compilers and test runners of this folder, and tries it with each of them:
 *
 *   npm run test:package [-- NAME]
 *
 * with the beginning of a name, such as `TypeScript 7` or `Jest`. It prints a line for each combination, and fails
 * when one of them does.
 */
import {spawn} from 'node:child_process';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import {createInterface} from 'node:readline';
import {findCompilers, run} from './compilers.mjs';
import {projects, runners} from './runners.mjs';

const [wanted = ''] = process.argv.slice(2);
const here = import.meta.dirname;
let passed = 0;
let failed = 0;

function print({name, failure}) {
	failure ? failed++ : passed++;
	console.log(failure ? `✗ ${name}\n${failure}` : `✓ ${name}`);
}

async function npm(...args) {
	const {code, stdout, stderr} = await run('npm', args, {cwd: here});
	if (code !== 0) {
		throw new Error(`npm ${args.join(' ')}\n${stdout}${stderr}`);
	}

	return stdout;
}

async function installPacked() {
	const folder = await mkdtemp(join(tmpdir(), 'hubspot-threads-'));
	const pack = ['pack', resolve(here, '../..'), '--ignore-scripts', '--json', '--pack-destination', folder];
	const [{filename}] = JSON.parse(await npm(...pack));
	await npm('install', '--no-save', '--no-audit', '--no-fund', join(folder, filename));
	await rm(folder, {recursive: true});
}

async function tryCompiler({folder, version}) {
	const child = spawn(process.execPath, [join(here, 'compile.mjs'), folder, version], {
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	const ended = new Promise(resolve => child.on('close', resolve));
	let stderr = '';
	child.stderr.setEncoding('utf8').on('data', text => {
		stderr += text;
	});
	for await (const line of createInterface({input: child.stdout})) {
		print(JSON.parse(line));
	}

	const code = await ended;
	if (code !== 0) {
		print({name: `TypeScript ${version}`, failure: `It ended with ${code}\n${stderr}`});
	}
}

await installPacked();
const compilers = (await findCompilers()).map(compiler => ({
	name: `TypeScript ${compiler.version}`,
	start: () => tryCompiler(compiler),
}));
const waiting = [
	...runners.map(({name, start}) => ({name, start: async () => print({name, failure: await start()})})),
	...compilers,
].filter(({name}) => name.toLowerCase().startsWith(wanted.toLowerCase()));

async function work() {
	for (let next = waiting.shift(); next; next = waiting.shift()) {
		await next.start();
	}
}

await Promise.all([work(), work()]);
await rm(projects, {recursive: true, force: true});
console.log(`\n${passed} combinations passed, ${failed} failed`);
if (failed > 0 || passed === 0) {
	process.exitCode = 1;
}
