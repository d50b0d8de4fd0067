import {
	type Connection,
	type ConnectionOptions,
	connectionOptions,
	parseConnection,
} from '../request/connection.ts';
import {createFetchPage} from '../request/fetch-page.ts';
import {createRead} from '../request/read.ts';
import {refuseUnknown} from '../rules.ts';
import {Items} from './items.ts';
import type {List} from './list.ts';
import {readAhead} from './read-ahead.ts';
import {createParseItems} from './schema.ts';
import {endQuietly, stoppable} from './stoppable.ts';
import {type Walk, type WalkedPage, walk} from './walk.ts';
import {parseWalkOptions, type WalkOptions, walkOptions} from './walk-options.ts';

/** Walks a list page by page, and reads ahead. Checks every option once, at the call: that is what throws a `TypeError`. */
export function walkList<Options extends ConnectionOptions & WalkOptions<Item>, Item, Page>(
	list: List<Options>,
	options: Options,
	show: (page: WalkedPage<Item>) => Page,
): AsyncGenerator<Page, void> {
	refuseUnknown(options, {...connectionOptions, ...list.optionNames, ...walkOptions});
	const connection = parseConnection(options);
	const read = createRead(connection);
	const fetchPage = createFetchPage<unknown>(read);
	const {readAhead, ...walkRules} = parseWalkOptions(options, list.defaultPageSize);
	const parsed: Walk<Item> = {
		...walkRules,
		fetchPage: list.completePages?.(options, fetchPage, read) ?? fetchPage,
		parseItems: createParseItems(options.schema, list.item),
		queries: list.parse(options),
	};
	return stoppable(connection.signal, signal => handOver(parsed, readAhead, show, connection, signal));
}

async function* handOver<Item, Page>(
	options: Walk<Item>,
	ahead: number,
	show: (page: WalkedPage<Item>) => Page,
	{tokens}: Connection,
	signal: AbortSignal,
): AsyncGenerator<Page, void> {
	try {
		for await (const page of readAhead(walk(options, signal), ahead)) {
			signal.throwIfAborted();
			yield show(page);
		}

		signal.throwIfAborted();
	} catch (error) {
		endQuietly(error, tokens);
	}
}

/** Yields the items of a list one at a time. */
export function paginateList<Options extends ConnectionOptions & WalkOptions<Item>, Item>(
	list: List<Options>,
	options: Options,
): AsyncGenerator<Item, void> {
	return new Items(
		walkList<Options, Item, WalkedPage<Item>>(list, options, page => page),
		options.signal,
	);
}
