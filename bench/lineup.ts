import type {Entry} from './race.ts';

/** The loops that people write. */
export const floors: readonly Entry[] = [
	{name: 'bare `fetch` loop', contender: 'fetch'},
	{name: 'bare ky loop', contender: 'ky'},
];

export const peers: readonly Entry[] = [
	{name: 'got `paginate`', contender: 'got'},
	{name: 'fetch-extras `paginate`', contender: 'fetch-extras'},
	{name: '@hubspot/api-client', contender: 'hubspot-api-client'},
];

export const ours: readonly Entry[] = [
	{name: '`paginate()`', contender: 'paginate'},
	{name: '`pages()`', contender: 'pages'},
	{name: '`sync()`', contender: 'sync'},
];

export const all = [...floors, ...peers, ...ours];

/** One after the other. */
export const inTurn = (entries: readonly Entry[]) => entries.map(entry => [entry]);
