/** All modes of one compiler, in a process of their own: `node compile.mjs FOLDER VERSION` prints a result a line. */
import {copyFile, mkdir, readdir, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {createCompiler, packages, run} from './compilers.mjs';
import {environmentsOf, filesOf, modesOf, runsInNode, untriedModes} from './modes.mjs';

const [folder, version] = process.argv.slice(2);
const compile = createCompiler({folder});
const expected = '7 threads, 401, CREATE\n';

/** The projects are in `node_modules/`, where they find the packages, and nothing else finds them. */
const root = join(packages, '.projects', version);
await rm(root, {recursive: true, force: true});

function print(name, failures) {
	console.log(JSON.stringify({name, failure: failures.join('\n') || undefined}));
}

async function tryEnvironment(mode, environment) {
	const {name, lib, types} = environment;
	const project = join(root, `${mode.module}-${mode.moduleResolution}`, name.replaceAll(' ', '-'));
	await mkdir(project, {recursive: true});
	// Node tells modules from CommonJS by what they say, which is what the compiler made of them.
	await writeFile(join(project, 'package.json'), '{}');
	const files = filesOf(mode, environment);
	for (const [file, source] of Object.entries(files)) {
		await copyFile(join(import.meta.dirname, 'consumers', source), join(project, file));
	}

	const options = {
		...{module: mode.module, moduleResolution: mode.moduleResolution},
		...{lib, types, typeRoots: [join(packages, '@types'), packages]},
		...{target: 'es2022', strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false},
		...{outDir: join(project, 'out'), rootDir: project, esModuleInterop: true},
		...(version.startsWith('6.') ? {ignoreDeprecations: '6.0'} : {}),
	};
	const problems = await compile(project, options, Object.keys(files));
	if (problems) {
		return [`with ${name}:\n${problems}`];
	}

	// What was written is the same with more types.
	return types.length + lib.length === 1 && runsInNode(mode) ? runAll(join(project, 'out')) : [];
}

async function runAll(out) {
	const failures = [];
	for (const file of await readdir(out)) {
		const {code, stdout, stderr} = await run(process.execPath, [join(out, file)]);
		if (code !== 0 || stdout !== expected) {
			failures.push(`${file}, run, ended with ${code} and printed:\n${stdout}${stderr}`);
		}
	}

	return failures;
}

const {stdout: help} = await run(process.execPath, [join(folder, 'bin/tsc'), '--all', '--help']);
print(
	`TypeScript ${version} has no other modes`,
	untriedModes(version, help).map(mode => `${mode} is not in modes.mjs`),
);

for (const mode of modesOf(version)) {
	const failures = [];
	const environments = environmentsOf(mode);
	for (const environment of environments) {
		failures.push(...(await tryEnvironment(mode, environment)));
	}

	const names = environments.map(({name}) => name).join(', ');
	print(`TypeScript ${version}, ${mode.module} by ${mode.moduleResolution}, with ${names}`, failures);
}
