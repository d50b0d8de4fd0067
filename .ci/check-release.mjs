/**
 * Says whether this may be published. npm runs it before `npm publish`, which ends when it fails.
 *
 *   node .ci/check-release.mjs [FOLDER]
 */
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';

const [folder = '.'] = process.argv.slice(2);
const read = name => readFile(join(folder, name), 'utf8');
const {version, ...manifest} = JSON.parse(await read('package.json'));

const unfilled = ['author', 'repository', 'homepage', 'bugs']
	.filter(name => !manifest[name] || /AUTHOR|OWNER/.test(JSON.stringify(manifest[name])))
	.map(
		name =>
			`\`${name}\` of package.json is a placeholder: put in ${name === 'author' ? 'who' : 'where'} it really is`,
	);

const heading = (await read('CHANGELOG.md'))
	.split('\n')
	.find(line => /^## ([^\s,]+)/.exec(line)?.[1] === version);
const {GITHUB_REF_TYPE, GITHUB_REF_NAME} = process.env;
const problems = [
	...unfilled,
	...(heading === undefined ? [`CHANGELOG.md says nothing of ${version}: run \`npm run bump\``] : []),
	...(heading?.includes('unreleased') ? [`CHANGELOG.md calls ${version} unreleased: give it its date`] : []),
	...(GITHUB_REF_TYPE === 'tag' && GITHUB_REF_NAME !== `v${version}`
		? [`The tag is ${GITHUB_REF_NAME}, and package.json says ${version}`]
		: []),
];

if (problems.length > 0) {
	console.error(`${version} cannot be published yet:\n${problems.map(problem => `- ${problem}`).join('\n')}`);
	process.exitCode = 1;
}
