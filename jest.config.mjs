export default {
	testEnvironment: 'node',
	maxWorkers: '100%',
	testMatch: ['<rootDir>/__tests__/*.test.ts'],
	extensionsToTreatAsEsm: ['.ts'],
	transform: {'\\.ts$': './__tests__/support/strip-types.mjs'},
	reporters: ['default', './__tests__/support/report-examples.mjs'],
};
