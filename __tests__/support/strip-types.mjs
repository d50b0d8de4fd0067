import {createHash} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {stripTypeScriptTypes} from 'node:module';

/**
 * What no test replaces. In Jest's context each look at a global takes some 400 ns, and at a constant of the module a
 * hundredth of that or less: of some files it was most of their time. `Date` and the timers stay global, for fake clocks.
 */
const constants = ['Array', 'JSON', 'Map', 'Math', 'Number', 'Object', 'Promise', 'Set', 'String'];

const self = readFileSync(import.meta.filename);

/** Runs TypeScript in Jest as Node itself does: without its types, line for line. */
export default {
	process(source) {
		const code = stripTypeScriptTypes(source);
		const used = constants.filter(name => new RegExp(`\\b${name}\\b`).test(code));
		return {code: used.length > 0 ? `const {${used.join(', ')}} = globalThis; ${code}` : code};
	},
	/** Jest itself does not see that this file has changed. */
	getCacheKey: (source, path) =>
		createHash('sha1')
			.update(self)
			.update(process.version)
			.update(path)
			.update('\0')
			.update(source)
			.digest('hex'),
};
