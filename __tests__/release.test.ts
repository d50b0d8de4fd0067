import {execFile} from 'node:child_process';
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, expect, test} from '@jest/globals';

const folder = await mkdtemp(join(tmpdir(), 'release-'));
afterAll(() => rm(folder, {recursive: true}));

const manifest = JSON.parse(await readFile('package.json', 'utf8'));
const filled = {
	...manifest,
	version: '1.2.3',
	author: 'Ada',
	homepage: 'https://example.com',
	repository: {type: 'git', url: 'git+https://example.com/it.git'},
	bugs: 'https://example.com/bugs',
};

/** What is said of a package that is about to be published; nothing, if it may be. */
async function refusal(changes: object = {}, changelog = '## 1.2.3\n', env: NodeJS.ProcessEnv = {}) {
	await writeFile(join(folder, 'package.json'), JSON.stringify({...filled, ...changes}));
	await writeFile(join(folder, 'CHANGELOG.md'), `# Changelog\n\n${changelog}`);
	return check(folder, env);
}

const check = (folder: string, env: NodeJS.ProcessEnv = {}) =>
	new Promise<string>(resolve => {
		const clean = {...process.env, GITHUB_REF_TYPE: undefined, GITHUB_REF_NAME: undefined, ...env};
		execFile(process.execPath, ['.ci/check-release.mjs', folder], {env: clean}, (error, _, stderr) => {
			resolve(error ? `${error.code}: ${stderr}` : stderr);
		});
	});

test('npm asks before it publishes', () => {
	expect(manifest.scripts.prepublishOnly).toBe('node .ci/check-release.mjs');
	expect(manifest.publishConfig.provenance).toBe(true);
});

test('a package that says where it comes from may be published', async () => {
	expect(await refusal()).toBe('');
	expect(await refusal({}, '## 1.2.3\n', {GITHUB_REF_TYPE: 'tag', GITHUB_REF_NAME: 'v1.2.3'})).toBe('');
	expect(await refusal({}, '## 1.2.3\n', {GITHUB_REF_TYPE: 'branch', GITHUB_REF_NAME: 'main'})).toBe('');
});

test.each(['author', 'repository', 'homepage', 'bugs'])(
	'not with a placeholder, or nothing, as `%s`',
	async name => {
		const said = expect.stringMatching(
			new RegExp(
				`^1: 1\\.2\\.3 cannot be published yet:\n- \`${name}\` of package\\.json is a placeholder: .+\n$`,
			),
		);
		expect(await refusal({[name]: undefined})).toEqual(said);
		expect(/AUTHOR|OWNER/.test(JSON.stringify(manifest[name]))).toBe(true);
		expect(await refusal({[name]: manifest[name]})).toEqual(said);
	},
);

test.each([
	['## 1.2.3, unreleased\n', 'CHANGELOG.md calls 1.2.3 unreleased: give it its date'],
	['## 1.2.30\n', 'CHANGELOG.md says nothing of 1.2.3: run `npm run bump`'],
])('not with a changelog of %j', async (changelog, said) => {
	expect(await refusal({}, changelog)).toBe(`1: 1.2.3 cannot be published yet:\n- ${said}\n`);
});

test('not under the tag of another version', async () => {
	const env = {GITHUB_REF_TYPE: 'tag', GITHUB_REF_NAME: 'v1.2.4'};
	expect(await refusal({}, '## 1.2.3\n', env)).toBe(
		'1: 1.2.3 cannot be published yet:\n- The tag is v1.2.4, and package.json says 1.2.3\n',
	);
});
