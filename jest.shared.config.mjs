import config from './jest.config.mjs';

/** What takes several processes, real servers and minutes: `npm run test:shared`. */
export default {
	...config,
	testMatch: ['<rootDir>/__tests__/several-processes/*.test.ts'],
	transform: {'\\.ts$': '<rootDir>/__tests__/support/strip-types.mjs'},
	reporters: ['default'],
	// One file for each store: they wait most of the time.
	maxWorkers: 2,
};
