import {readdirSync, readFileSync} from 'node:fs';
import {dirname, join, normalize} from 'node:path';
import {describe, expect, test} from '@jest/globals';

/** The rooms of `lib/`, from what is asked of HubSpot to what people call. A file imports from its own and from lower ones. */
const floors = [
	['errors', 'resume', 'checkpoint', 'cursor', 'rate-limit', 'rules', 'wait'],
	['request'],
	['walk', 'shared'],
	['lists'],
	['read', 'sync'],
	['reconcile'],
	['paginate', 'pages', 'sync.ts', 'reconcile.ts'],
	['index'],
];

const files = readdirSync('lib', {recursive: true, encoding: 'utf8'})
	.filter(name => name.endsWith('.ts') && !name.startsWith('sandbox'))
	.sort();
const withoutComments = (code: string) => code.replaceAll(/\/\*\*.*?\*\//gs, '');
const importsOf = (file: string) =>
	[
		...withoutComments(readFileSync(join('lib', file), 'utf8')).matchAll(/(?:from|import)\(?\s*'([^']+)'/g),
	].map(([, name]) => name as string);
const inside = (file: string) =>
	importsOf(file)
		.filter(name => name.startsWith('.'))
		.map(name => normalize(join(dirname(file), name)));

function floorOf(file: string): number {
	const room = file.includes('/') ? dirname(file) : file.replace('.ts', '');
	return floors.findIndex(
		rooms => rooms.includes(file) || (rooms.includes(room) && !['sync.ts', 'reconcile.ts'].includes(file)),
	);
}

test('each file has a floor', () => {
	expect(files.filter(file => floorOf(file) === -1)).toEqual([]);
});

test('imports point down', () => {
	const up = files.flatMap(file =>
		inside(file)
			.filter(imported => floorOf(imported) > floorOf(file))
			.map(imported => `${file} imports ${imported}`),
	);
	expect(up).toEqual([]);
});

test('each package is imported by one file', () => {
	const importers = new Map<string, string[]>();
	for (const file of files) {
		for (const name of importsOf(file).filter(name => !name.startsWith('.'))) {
			importers.set(name, [...(importers.get(name) ?? []), file]);
		}
	}

	expect(Object.fromEntries(importers)).toEqual({
		ky: ['request/send.ts'],
		'p-retry': ['request/retry.ts'],
		'p-throttle': ['request/spread.ts'],
		'@standard-schema/spec': ['walk/schema.ts'],
	});
});

describe('the loop does not know what it walks over', () => {
	test.each(files.filter(file => /^(?:request|walk)\//.test(file)))('%s', file => {
		expect(inside(file).filter(name => /thread|message|inbox|channel|actor/.test(name))).toEqual([]);
	});
});
