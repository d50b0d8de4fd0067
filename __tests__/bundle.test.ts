import {resolve} from 'node:path';
import {gzipSync} from 'node:zlib';
import {expect, test} from '@jest/globals';
import {build} from 'esbuild';

/** Bytes of an app with all that it depends on, as they are sent. */
async function bundleSize(contents: string): Promise<number> {
	const {outputFiles} = await build({
		stdin: {contents, resolveDir: resolve(import.meta.dirname, '../dist')},
		bundle: true,
		minify: true,
		format: 'esm',
		platform: 'node',
		write: false,
	});
	return gzipSync(outputFiles[0]?.contents as Uint8Array, {level: 9}).length;
}

// ky alone takes 9 kB; telling the network's errors from the user's, and taking tokens out of either, takes 1.
test('an app that imports only paginate() is small: what it does not use is shaken off', async () => {
	expect(await bundleSize(`export {paginate} from './index.js'`)).toBeLessThan(22_800);
});

test('everything is not much more', async () => {
	expect(await bundleSize(`export * from './index.js'`)).toBeLessThan(31_200);
});

test('an app that only makes a throttle or tells errors apart brings no HTTP client', async () => {
	expect(await bundleSize(`export {createThrottle, RateLimitError} from './index.js'`)).toBeLessThan(4350);
});

test('who does not ask for the shared throttle gets none of it', async () => {
	const {outputFiles} = await build({
		stdin: {contents: `export * from './index.js'`, resolveDir: resolve(import.meta.dirname, '../dist')},
		bundle: true,
		format: 'esm',
		platform: 'node',
		write: false,
	});
	expect(outputFiles[0]?.text).toContain('createThrottle');
	expect(outputFiles[0]?.text).not.toMatch(/hubspot_threads_throttle|hubspot-threads:throttle|StoreError/);
});

test('who asks for the shared throttle gets no HTTP client, and no client of a store', async () => {
	expect(await bundleSize(`export * from './shared.js'`)).toBeLessThan(5000);
});
