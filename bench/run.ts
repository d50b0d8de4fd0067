/** Runs the measures that are named, or all of them, and writes what they found to RESULTS.md and the README. */
import {readFile, writeFile} from 'node:fs/promises';
import {cpus, totalmem} from 'node:os';
import {join} from 'node:path';
import {argv} from 'node:process';
import {progress} from './race.ts';
import {type Found, render, renderHighlights} from './render.ts';
import {type Measure, outcomeOf} from './section.ts';

const names = [
	'first-load',
	'messages',
	'night',
	'reconcile',
	'rate-limit',
	'cpu',
	'memory',
	'size',
	'first-thread',
	'slow-consumer',
	'failures',
	'behaviour',
] as const;
const file = (...path: string[]) => join(import.meta.dirname, ...path);

const asked = argv.slice(2);
const unknown = asked.find(name => !names.some(known => known === name));
if (unknown !== undefined) {
	console.error(`There is no measure ${unknown}; there are ${names.join(', ')}`);
	process.exit(1);
}

const stored = await readFile(file('results.json'), 'utf8').catch(() => '{}');
const found: Record<string, Found> = JSON.parse(stored);
for (const name of asked.length > 0 ? asked : names) {
	const {measure}: {measure: Measure} = await import(`./measures/${name}.ts`);
	found[name] = {
		...(await measure()),
		date: new Date().toISOString().slice(0, 16).replace('T', ' '),
		machine: `${cpus().length} × ${cpus()[0]?.model.trim()}, ${(totalmem() / 2 ** 30).toFixed(0)} GB, ${process.platform}`,
		versions: await versions(),
	};
	await save();
	for (const verdict of found[name].verdicts) {
		const {measure, ours, target} = verdict;
		progress(`${outcomeOf(verdict)}: ${measure}: ${ours} (target: ${target})`);
	}
}

async function save() {
	const sections = names.flatMap(name => found[name] ?? []);
	const inOrder = Object.fromEntries(names.filter(name => found[name]).map(name => [name, found[name]]));
	await writeFile(file('results.json'), `${JSON.stringify(inOrder, null, '\t')}\n`);
	await writeFile(file('RESULTS.md'), render(sections));
	const readme = await readFile(file('../README.md'), 'utf8');
	await writeFile(
		file('../README.md'),
		readme.replace(/(?<=<!-- speed -->\n).*(?=<!-- \/speed -->)/s, () => `\n${renderHighlights(found)}\n\n`),
	);
}

async function versions() {
	const packages = ['ky', 'got', 'fetch-extras', '@hubspot/api-client'];
	const installed = packages.map(async name => {
		const here = file('node_modules', name, 'package.json');
		const json = await readFile(here, 'utf8').catch(() =>
			readFile(file('../node_modules', name, 'package.json'), 'utf8'),
		);
		return `${name} ${JSON.parse(json).version}`;
	});
	return [`Node ${process.version}`, ...(await Promise.all(installed))].join(', ');
}
