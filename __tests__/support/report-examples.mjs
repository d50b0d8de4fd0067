import {existsSync, readdirSync} from 'node:fs';
import {basename, resolve} from 'node:path';

const examples = resolve(import.meta.dirname, '../../examples');

/**
 * Ends a run with the examples whose tests ran, and those whose did not and why, on stderr, so that it is seen under
 * `--json` too. With REQUIRE_EXAMPLES=1, as in CI, a run that left one out has failed.
 */
export default class ReportExamples {
	#isPart;
	#isByName;
	#error;

	constructor({testNamePattern, nonFlagArgs = [], testPathPatterns}) {
		this.#isByName = Boolean(testNamePattern);
		this.#isPart = nonFlagArgs.length > 0 || (testPathPatterns?.isSet() ?? false);
	}

	onRunComplete(_contexts, {testResults}) {
		const suites = testResults.flatMap(suitesOf);
		const ran = suites.filter(({passed, skipped}) => passed > 0 && skipped === 0);
		const notRun = suites.filter(({skipped}) => skipped > 0);
		// Of a run of everything, an example with packages of its own must be a part.
		const missing = this.#isPart
			? []
			: withPackages().filter(name => !suites.some(({example}) => example === name));
		if (this.#isByName || suites.length + missing.length === 0) {
			return;
		}

		const lines = [
			`Examples that were run: ${ran.map(({title, passed}) => `${title} (${passed} tests)`).join(', ') || 'none'}`,
			...notRun.map(({title, skipped}) => `EXAMPLE NOT RUN, ${skipped} tests skipped: ${title}`),
			...missing.map(name => `EXAMPLE NOT RUN, no tests found: ${name}`),
		];
		process.stderr.write(`\n${lines.join('\n')}\n`);
		if (process.env.REQUIRE_EXAMPLES === '1' && lines.length > 1) {
			this.#error = new Error('REQUIRE_EXAMPLES is set, and the tests of an example did not run');
			process.stderr.write(`${this.#error.message}\n`);
		}
	}

	/** Jest fails the run for it. */
	getLastError() {
		return this.#error;
	}
}

const withPackages = () =>
	readdirSync(examples).filter(name => existsSync(`${examples}/${name}/package.json`));

/** The suites of a test file that is an example's. */
function suitesOf({testFilePath, testResults}) {
	const example = basename(testFilePath, '.test.ts');
	if (!existsSync(`${examples}/${example}.ts`) && !existsSync(`${examples}/${example}/main.ts`)) {
		return [];
	}

	const hasPackages = existsSync(`${examples}/${example}/package.json`);
	const groups = Object.entries(
		Object.groupBy(testResults, ({ancestorTitles: [top]}) => (hasPackages && top) || example),
	);
	return groups.map(([title, tests]) => ({
		example,
		title,
		passed: tests.filter(({status}) => status === 'passed').length,
		skipped: tests.filter(({status}) => ['pending', 'todo', 'disabled'].includes(status)).length,
	}));
}
