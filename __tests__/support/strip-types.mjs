import {stripTypeScriptTypes} from 'node:module';

/** Runs TypeScript in Jest as Node itself does: without its types, line for line. */
export default {
	process: source => ({code: stripTypeScriptTypes(source)}),
};
