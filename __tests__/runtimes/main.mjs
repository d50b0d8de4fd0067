/**
 * Runs the checks of `checks/` with the built package on every runtime, two runtimes at a time:
 *
 *   npm run test:runtimes [-- RUNTIME [CHECK]]
 *
 * with the beginning of a runtime's name and a part of a check's. It fails when a check fails; and with
 * REQUIRE_RUNTIMES or CI set, also when a runtime is not there.
 */
import {startHost} from './host.mjs';
import {report} from './report.mjs';
import {bundle} from './runners/bundle.mjs';
import {runtimes} from './runtimes.mjs';

const [wanted = '', only] = process.argv.slice(2);
const {CI, REQUIRE_RUNTIMES} = process.env;
const selected = runtimes.filter(({name}) => name.toLowerCase().startsWith(wanted.toLowerCase()));
const found = selected.map(runtime => ({...runtime, path: runtime.find()}));
const missing = found.filter(({path}) => path === undefined);

const host = await startHost({
	'/': {type: 'text/html', body: '<!doctype html><script type="module" src="/page.js"></script>'},
	'/page.js': {type: 'text/javascript', body: await bundle('page.mjs', ['browser'])},
});
const runs = [];
const waiting = found.filter(({path}) => path !== undefined);
const order = waiting.map(({name}) => name);

async function work() {
	for (let next = waiting.shift(); next; next = waiting.shift()) {
		const {name, path, run} = next;
		const failed = error => [
			{transport: 'in memory', name: 'the runtime runs the checks', failure: String(error?.stack ?? error)},
		];
		runs.push({runtime: name, results: await run(path, {host: host.url, only}).catch(failed)});
		process.stderr.write(`${name} is done\n`);
	}
}

await Promise.all([work(), work()]);
await host.close();

runs.sort((one, other) => order.indexOf(one.runtime) - order.indexOf(other.runtime));
const results = runs.flatMap(({results}) => results);
const failed = results.filter(({failure}) => failure).length;
console.log(report(runs));
console.log(`\n${results.length - failed} checks passed, ${failed} failed, on ${runs.length} runtimes`);
for (const {name} of missing) {
	console.log(`RUNTIME NOT FOUND, and nothing was checked on it: ${name}`);
}

if (failed > 0 || results.length === 0 || (missing.length > 0 && (CI || REQUIRE_RUNTIMES))) {
	process.exitCode = 1;
}
