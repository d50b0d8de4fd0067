import {readdirSync, readFileSync} from 'node:fs';

export interface CodeBlock {
	/** The file and the heading that it is under, and a number if it is not the first there. */
	readonly name: string;
	readonly language: string;
	readonly code: string;
}

/** The guides of recipes and of web servers have packages of their own, and tests of their own: recipes, web-frameworks. */
const documents = [
	'README.md',
	'CONTRIBUTING.md',
	'CHANGELOG.md',
	'bench/README.md',
	...['start', 'filters', 'errors-and-resume', 'sync-and-reconcile', 'warehouse', 'rate-limits'],
	...['several-processes', 'testing', 'how-it-works', 'questions'],
].map(name => (name.endsWith('.md') ? name : `docs/guides/${name}.md`));

/** Every fenced block that a reader may copy: of the documents, and of the doc comments in `lib/`. */
export function readCodeBlocks(): readonly CodeBlock[] {
	const sources = readdirSync('lib', {recursive: true, encoding: 'utf8'})
		.filter(name => name.endsWith('.ts'))
		.sort()
		.map(name => `lib/${name}`);
	return [
		...documents.flatMap(file => blocksOf(file, readFileSync(file, 'utf8'))),
		...sources.flatMap(file => blocksOf(file, docComments(readFileSync(file, 'utf8')))),
	];
}

function docComments(source: string): string {
	const comments = [...source.matchAll(/\/\*\*(.*?)\*\//gs)].map(([, text]) => text);
	return comments.join('\n').replaceAll(/^\s*\* ?/gm, '');
}

export function blocksOf(file: string, text: string): readonly CodeBlock[] {
	const blocks: CodeBlock[] = [];
	let place = file;
	let number = 0;
	for (const [, heading, language, code] of text.matchAll(/^#+ ([^\n]+)$|^```([^\n]*)\n(.*?)^```$/gms)) {
		if (heading !== undefined) {
			place = `${file}: ${heading}`;
			number = 0;
		} else {
			number++;
			const name = number === 1 ? place : `${place} (${number})`;
			blocks.push({name, language: language as string, code: code as string});
		}
	}

	return blocks;
}
