import {inMemory, overHttp} from '../transports.mjs';
import {checks} from './index.mjs';

/** A check that takes longer hangs. */
const patience = 20_000;

/** Runs one check. @returns what was wrong, or nothing. */
export async function runCheck(name, context) {
	const deadline = Promise.withResolvers();
	const timer = setTimeout(() => deadline.reject(new Error(`It hung for ${patience} ms`)), patience);
	try {
		await Promise.race([checks[name](context), deadline.promise]);
		return;
	} catch (error) {
		return String(error?.stack ?? error);
	} finally {
		clearTimeout(timer);
	}
}

/** One check after another, on a sandbox in this runtime and, if `origin` is given, on one over HTTP. */
export async function runChecks({library, createSandbox, origin, only = ''}) {
	const results = [];
	for (const transport of [inMemory(createSandbox), ...(origin === undefined ? [] : [overHttp(origin)])]) {
		for (const name of Object.keys(checks).filter(name => name.includes(only))) {
			const start = Date.now();
			const failure = await runCheck(name, {library, transport});
			results.push({transport: transport.name, name, failure, milliseconds: Date.now() - start});
		}
	}

	return results;
}
