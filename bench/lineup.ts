import type {Entry} from './race.ts';

/** The loops that people write. */
const floors: readonly Entry[] = [
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

/**
 * `sync()` reads as many pages at a time as its limit takes: one that no server lets it reach would give it all of its
 * 64 readers. So it keeps to a limit that it reaches, as everywhere but on a machine of one's own.
 */
export const reachable = {limit: 50, interval: 100};

export const allAtFullSpeed = all.map(entry =>
	entry.contender === 'sync' ? {...entry, rate: reachable} : entry,
);

/** One after the other. */
export const inTurn = (entries: readonly Entry[]) => entries.map(entry => [entry]);
