import {execFile} from 'node:child_process';
import {mkdtemp, readdir, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {afterAll, beforeAll, expect, test} from '@jest/globals';

let folder: string;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'api-reference-'));
});
afterAll(() => rm(folder, {recursive: true, force: true}));

async function readAll(folder: string): Promise<Readonly<Record<string, string>>> {
	const names = await readdir(folder);
	return Object.fromEntries(
		await Promise.all(names.map(async name => [name, await readFile(join(folder, name), 'utf8')])),
	);
}

test('docs/reference/ is what `npm run docs` makes of the doc comments, and every export has one', async () => {
	// Fails for an export without a doc comment: see typedoc.config.mjs.
	await promisify(execFile)(process.execPath, ['node_modules/typedoc/bin/typedoc', '--out', folder]);
	expect(await readAll('docs/reference')).toEqual(await readAll(folder));
}, 60_000);
