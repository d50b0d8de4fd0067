import type {Message} from '../lists/message.ts';
import {messages} from '../lists/messages.ts';
import {asAbsence} from '../read/absence.ts';
import {findThread} from '../read/find-thread.ts';
import {createFetchPage} from '../request/fetch-page.ts';
import type {Read} from '../request/read.ts';
import type {ListQuery} from '../walk/list.ts';
import {type CountPage, countAmong} from '../walk/totals.ts';
import {walk} from '../walk/walk.ts';
import {utcTime} from './utc.ts';
import type {PageOfMessages, ReadMessages} from './with-messages.ts';

export interface NewMessagesOptions {
	readonly read: Read;
	readonly originalContent: boolean;
	readonly countPage: CountPage;
	/** The first run's, in milliseconds since 1970. */
	readonly since: number;
	/** Older messages have been handed over by earlier runs. `undefined`: none have. */
	readonly knownUntil: number | undefined;
}

/**
 * Reads a thread's messages, the newest first, as far as they may be new. Pages are handed over whole, since mails are
 * listed by their own date, which may be before they came.
 */
export function createReadMessages(options: NewMessagesOptions): ReadMessages {
	const {read, originalContent, countPage} = options;

	return async function* (threadId, signal): AsyncGenerator<PageOfMessages, void> {
		const list = {threadId, originalContent};
		const fetchPage = createFetchPage<unknown>(read);
		const pages = walk<Message>(
			{
				queries: messages.parse(list) as readonly ListQuery[],
				fetchPage: messages.completePages?.(list, fetchPage, read) ?? fetchPage,
				parseItems: async items => items as readonly Message[],
				after: null,
				usedCursors: [],
				pageSize: messages.defaultPageSize,
				maxItems: Number.POSITIVE_INFINITY,
				maxPages: Number.POSITIVE_INFINITY,
				onPage: countAmong(countPage, signal),
			},
			signal,
		);
		try {
			for await (const page of pages) {
				yield page;
				if (reachesKnown(page.items, options)) {
					return;
				}
			}
		} catch (error) {
			// Deleted since it was listed: it has no messages any more. A 404 for anything else is a failure.
			asAbsence(error);
			if ((await findThread(read, threadId, [], signal)).value) {
				throw error;
			}
		}
	};
}

/** What HubSpot writes down itself: it does not move a thread in the list by time. */
const withoutMove = new Set(['ASSIGNMENT', 'THREAD_STATUS_CHANGE', 'THREAD_INBOX_CHANGE', 'COMMENT']);

/**
 * Whether all behind this page have been handed over. That takes a message for which an earlier run was shown the thread:
 * without one, the thread was last written to before the first run's `since`, and none of its messages were.
 */
function reachesKnown(
	page: readonly Message[],
	{since, knownUntil}: Pick<NewMessagesOptions, 'since' | 'knownUntil'>,
): boolean {
	if (knownUntil === undefined) {
		return false;
	}

	const isKnown = ({createdAt, type}: Message) => {
		const time = utcTime(createdAt);
		return time >= since && time < knownUntil && !withoutMove.has(type);
	};
	return utcTime(page.at(-1)?.createdAt ?? '') < knownUntil && page.some(isKnown);
}
