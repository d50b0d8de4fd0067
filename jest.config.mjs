export default {
	testEnvironment: 'node',
	maxWorkers: '100%',
	testTimeout: 30_000,
	testMatch: ['<rootDir>/__tests__/*.test.ts'],
	extensionsToTreatAsEsm: ['.ts'],
	transform: {'\\.ts$': './__tests__/support/strip-types.mjs'},
	reporters: ['default', './__tests__/support/report-examples.mjs'],
};
