import type {ConnectionOptions} from '../request/connection.ts';
import {createToParameters, parseSearchParams, type SearchParamsOption} from '../request/parameters.ts';
import {oneOf, optionalBoolean, refuse} from '../rules.ts';
import type {List} from '../walk/list.ts';
import type {ItemOf} from '../walk/schema.ts';
import {paginateList} from '../walk/walk-list.ts';
import type {WalkOptions} from '../walk/walk-options.ts';
import {archivedParameter} from './filters.ts';
import type {Message} from './message.ts';
import {withOriginalContent} from './original-content.ts';
import {type Id, parseId, parseProperty} from './values.ts';

/** Which messages, in which order. */
export interface MessageListOptions extends SearchParamsOption {
	/** The thread. */
	readonly threadId: Id;
	/** `createdAt` is reading order. Default: `-createdAt`, newest first, which is HubSpot's own and always sent. */
	readonly sort?: '-createdAt' | 'createdAt' | undefined;
	/** `true` lists only archived messages. Default: only the others. */
	readonly archived?: boolean | undefined;
	/** Names of the message properties to ask for; others may then be absent. */
	readonly property?: string | readonly string[] | undefined;
	/**
	 * Reads the whole text of each message that is cut, with one request more for each, and adds it as
	 * `originalContent`. A text that cannot be read fails the walk. Default: false.
	 */
	readonly originalContent?: boolean | undefined;
}

/** Everything that `paginateMessages()` takes. */
export type PaginateMessagesOptions<T = Message> = ConnectionOptions & MessageListOptions & WalkOptions<T>;

/** @see https://developers.hubspot.com/docs/api-reference/conversations-inbox-messages-v3/guide */
export const messages: List<MessageListOptions> = {
	item: 'Message',
	defaultPageSize: 100,
	optionNames: {
		threadId: true,
		sort: true,
		archived: true,
		property: true,
		originalContent: true,
		searchParams: true,
	} satisfies Record<keyof MessageListOptions, true>,
	parse(options) {
		const {threadId, sort = '-createdAt', archived, property, originalContent = false} = options;
		optionalBoolean('originalContent', originalContent);
		const properties = property === undefined ? undefined : parseProperty(property);
		if (originalContent && properties && !properties.split(',').includes('truncationStatus')) {
			refuse(
				'property',
				'must have `truncationStatus` in it: it tells which messages `originalContent` is read for',
			);
		}

		const path = messagesPath(threadId);
		const toParameters = createToParameters(
			[
				['sort', oneOf('sort', sort, ['-createdAt', 'createdAt'])],
				...archivedParameter(archived),
				...(properties === undefined ? [] : [['property', properties] as const]),
			],
			[],
			parseSearchParams(options),
		);
		return [{path, toParameters}];
	},
	completePages: ({threadId, originalContent}, fetchPage, read) =>
		originalContent ? withOriginalContent(messagesPath(threadId), fetchPage, read) : fetchPage,
};

const messagesPath = (threadId: Id) => `threads/${parseId('threadId', threadId)}/messages`;

/**
 * Yields the messages of a thread, one at a time, newest first unless `sort` says otherwise, with the promises of
 * `paginate()`.
 *
 * ```ts
 * import {paginateMessages} from 'hubspot-threads';
 *
 * const accessToken = process.env.HUBSPOT_ACCESS_TOKEN!;
 * for await (const message of paginateMessages({accessToken, threadId: '8200000001'})) {
 *   if (message.type === 'MESSAGE') console.log(message.createdAt, message.direction, message.text);
 * }
 * ```
 *
 * @throws {TypeError} at the call, for options that break a rule.
 * @throws {PaginationError} from the walk, with a `resume` to continue from; an abort rejects with `signal.reason`.
 * @see https://developers.hubspot.com/docs/api-reference/conversations-inbox-messages-v3/guide
 */
export function paginateMessages<T = Message>(
	options: PaginateMessagesOptions<T>,
): AsyncGenerator<ItemOf<T>, void> {
	return paginateList<PaginateMessagesOptions<T>, T>(messages, options);
}
