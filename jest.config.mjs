import {availableParallelism, tmpdir} from 'node:os';
import {join} from 'node:path';

// For the processes that tests start: Node keeps there what it has compiled, and TypeScript without its types.
process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), 'hubspot-threads-compile-cache');

export default {
	testEnvironment: 'node',
	// Much of the time is waited: for processes, for sockets, for a rate limit.
	maxWorkers: Math.ceil(availableParallelism() * 1.5),
	testTimeout: 30_000,
	testMatch: ['<rootDir>/__tests__/*.test.ts'],
	extensionsToTreatAsEsm: ['.ts'],
	transform: {'\\.ts$': './__tests__/support/strip-types.mjs'},
	reporters: ['default', './__tests__/support/report-examples.mjs'],
};
