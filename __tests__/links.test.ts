import {existsSync, globSync, readFileSync} from 'node:fs';
import {dirname, join, normalize} from 'node:path';
import {expect, test} from '@jest/globals';
import GithubSlugger from 'github-slugger';

const files = globSync('{*,bench/*,docs/**/*}.md').map(normalize).sort();

/** Without its code, where brackets are no links and `#` is no heading. */
const proseOf = (file: string) => readFileSync(file, 'utf8').replaceAll(/^```.*?^```$/gms, '');

function anchorsOf(file: string): ReadonlySet<string> {
	const slugger = new GithubSlugger();
	const prose = proseOf(file);
	const headings = [...prose.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => slugger.slug(heading as string));
	const ids = [...prose.matchAll(/<a id="(.+?)">/g)].map(([, id]) => id as string);
	return new Set([...headings, ...ids]);
}

const linksOf = (file: string) =>
	[...proseOf(file).matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => link as string);

test.each(files)('the links of %s lead somewhere', file => {
	const dead = linksOf(file).filter(link => {
		const [path, anchor] = link.split('#') as [string, string?];
		if (/^[a-z]+:/.test(path)) {
			return false;
		}

		const target = path === '' ? file : join(dirname(file), path);
		return !existsSync(target) || (anchor !== undefined && !anchorsOf(target).has(anchor));
	});
	expect(dead).toEqual([]);
});

test('there are links to follow', () => {
	expect(files).toEqual(expect.arrayContaining(['CHANGELOG.md', 'CONTRIBUTING.md', 'README.md']));
	expect(linksOf('README.md').length).toBeGreaterThan(5);
});

test('the README is read in three minutes', () => {
	// Words, not the bars and rulers of tables.
	expect(readFileSync('README.md', 'utf8').match(/\S*\p{L}\S*/gu)?.length).toBeLessThanOrEqual(1200);
});
