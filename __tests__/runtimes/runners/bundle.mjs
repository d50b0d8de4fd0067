import {join} from 'node:path';
import {build} from 'esbuild';

/** An entry and all that it imports, as one ES module without anything of Node's. */
export async function bundle(name, conditions) {
	const {outputFiles} = await build({
		entryPoints: [join(import.meta.dirname, '../entries', name)],
		bundle: true,
		format: 'esm',
		// `node:` is refused here, also where a runtime would have it.
		platform: 'browser',
		conditions,
		write: false,
		logLevel: 'silent',
	});
	return outputFiles[0].text;
}
