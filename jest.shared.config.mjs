import config from './jest.config.mjs';

/** What takes several processes, real servers and minutes: `npm run test:shared`. */
export default {
	...config,
	testMatch: ['<rootDir>/__tests__/several-processes/*.test.ts'],
	transform: {'\\.ts$': '<rootDir>/__tests__/support/strip-types.mjs'},
	reporters: ['default'],
	// What measures time has the machine for itself.
	maxWorkers: 1,
};
