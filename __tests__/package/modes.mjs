const esModules = ['es6', 'es2020', 'es2022', 'esnext'];

/** Every pair of `module` and `moduleResolution` that finds packages, with the versions of TypeScript that have it. */
const modes = [
	...['commonjs', 'amd', 'umd', 'system', ...esModules].map(module => ({
		module,
		moduleResolution: 'node10',
		until: 7,
	})),
	...[...esModules, 'preserve'].map(module => ({module, moduleResolution: 'bundler'})),
	{module: 'commonjs', moduleResolution: 'bundler', since: 6},
	{module: 'node16', moduleResolution: 'node16'},
	{module: 'node18', moduleResolution: 'node16', since: 5.8},
	{module: 'node20', moduleResolution: 'node16', since: 5.9},
	{module: 'nodenext', moduleResolution: 'nodenext'},
];

/** What no package can be used with: `classic` looks into none, and `none` has no imports. */
const unusable = ['classic', 'none'];

export const modesOf = version =>
	modes.filter(({since = 0, until = Number.POSITIVE_INFINITY}) => {
		const number = Number.parseFloat(version);
		return since <= number && number < until;
	});

/** A compiler that has learnt a mode is not to go untried: what it offers is read from its own `--help`. */
export function untriedModes(version, help) {
	const tried = modesOf(version).flatMap(({module, moduleResolution}) => [module, moduleResolution]);
	const offered = [...help.matchAll(/^--(?:module|moduleResolution)\b.*\n.*\none of: (.+)$/gm)]
		.flatMap(([, values]) => values.split(', '))
		.map(value => value.split('/')[0]);
	if (!offered.includes('nodenext')) {
		throw new Error(`The --help of TypeScript ${version} does not tell its modes`);
	}

	return offered.filter(value => !tried.includes(value) && !unusable.includes(value));
}

/** What a project may have besides this package. */
const environments = [
	{name: 'nothing else', lib: ['es2022'], types: []},
	{name: 'dom', lib: ['es2022', 'dom'], types: [], isWeb: true},
	{name: 'node', lib: ['es2022'], types: ['node'], isWeb: true},
	{name: 'dom and node', lib: ['es2022', 'dom'], types: ['node'], isWeb: true},
	{name: 'workers', lib: ['es2022'], types: ['@cloudflare/workers-types'], isWeb: true},
];

/** Modes that differ from `esnext` or `commonjs` in what is written, and in nothing that is read. */
const variants = ['amd', 'umd', 'system', 'es6', 'es2020', 'es2022'];
export const environmentsOf = ({module}) =>
	variants.includes(module) ? environments.slice(0, 1) : environments;

const sourceOf = {import: 'import.ts', require: 'require.ts', web: 'web.ts'};

/** The files of a project in this mode: where they go, and what is in them. */
export function filesOf({module}, {isWeb}) {
	const web = isWeb ? {'web.ts': sourceOf.web} : {};
	if (module.startsWith('node')) {
		return {
			'import.mts': sourceOf.import,
			'import.cts': sourceOf.import,
			'require.cts': sourceOf.require,
			...web,
		};
	}

	const hasRequire = !module.startsWith('es');
	return {'import.ts': sourceOf.import, ...(hasRequire ? {'require.ts': sourceOf.require} : {}), ...web};
}

/** Node knows no `define` and no `System`. */
export const runsInNode = ({module}) => !['amd', 'umd', 'system'].includes(module);
