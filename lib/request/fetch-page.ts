import {type Envelope, parsePage} from './page.ts';
import type {Answered, Read} from './read.ts';
import type {Query} from './send.ts';

export type FetchedPage<Item> = Envelope<Item> & Answered;

export type FetchPage<Item> = (query: Query, signal: AbortSignal) => Promise<FetchedPage<Item>>;

export const createFetchPage =
	<Item>(read: Read): FetchPage<Item> =>
	(query, signal) =>
		read(query, parsePage<Item>, signal);
