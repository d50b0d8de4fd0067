import type {Account} from '../account.ts';
import {readCursor} from '../cursors.ts';
import {notFound, validationError} from '../hubspot-error.ts';
import type {Row} from '../made/messages.ts';
import type {SandboxMessage} from '../message.ts';
import type {Envelope, ListPage} from '../paging.ts';
import type {Call, Route} from '../router.ts';
import {isArchived, limitOf, listNameOf} from './parameters.ts';
import type {ListStyle} from './thread-list.ts';

export function messageRoutes(
	account: Account,
	envelope: Envelope,
	options: Pick<ListStyle, 'cursor'> & {readonly maxPageSize: number},
): readonly Route[] {
	const rowsOf = ({path: {threadId = ''}}: Call) =>
		account.find(threadId) ? account.rows(threadId) : notFound('thread');
	const rowOf = (call: Call) =>
		rowsOf(call).find(({message}) => message?.id === call.path.messageId) ?? notFound('message');

	return [
		{
			method: 'GET',
			path: '/threads/{threadId}/messages',
			answer(call) {
				const {parameters, fault, path} = call;
				const rows = rowsOf(call);
				const limit = limitOf(parameters, options.maxPageSize);
				const isNewestFirst = isDescending(parameters.get('sort'));
				const listed = rows.filter(
					({message}) => (message?.archived ?? isArchived(parameters)) === isArchived(parameters),
				);
				const page = pageOf(isNewestFirst ? listed.toReversed() : listed, {
					after: parameters.get('after') ?? undefined,
					size: Math.min(limit, fault.size ?? limit),
					isByOffset: options.cursor === 'offset',
					isNewestFirst,
				});
				return {body: envelope(listNameOf(`messages of ${path.threadId}`, parameters), page, fault)};
			},
		},
		{
			method: 'GET',
			path: '/threads/{threadId}/messages/{messageId}',
			answer: call => ({body: rowOf(call).message}),
		},
		{
			method: 'GET',
			path: '/threads/{threadId}/messages/{messageId}/original-content',
			answer: call => ({body: rowOf(call).original()}),
		},
	];
}

/** Newest first unless it is said otherwise. @throws {HubspotError} 400 */
function isDescending(sort: string | null): boolean {
	return sort === 'createdAt'
		? false
		: sort === null || sort === '-createdAt' || validationError('sort must be createdAt or -createdAt.');
}

interface Wanted {
	readonly after: string | undefined;
	readonly size: number;
	readonly isByOffset: boolean;
	readonly isNewestFirst: boolean;
}

/** Some rows are hidden only when the page has been cut: it may be short, or empty, and is not the last. */
function pageOf(
	rows: readonly Row[],
	{after, size, isByOffset, isNewestFirst}: Wanted,
): ListPage<SandboxMessage> {
	const from = after === undefined ? {} : readCursor(after);
	const start = from.after ? placeAfter(from.after) : (from.skip ?? 0);
	const end = start + size;
	const cut = rows.slice(start, end);
	const last = cut.at(-1);
	return {
		results: cut.flatMap(({message}) => message ?? []),
		next: end < rows.length ? nextPlace() : undefined,
	};

	/** By the id of the row, or by its time if the row is no longer in this list. */
	function placeAfter({time, id}: {readonly time: number; readonly id: string}) {
		const place = rows.findIndex(row => row.id === id);
		const isPast = (row: Row) => (isNewestFirst ? row.time < time : row.time > time);
		const next = rows.findIndex(isPast);
		return place === -1 ? (next === -1 ? rows.length : next) : place + 1;
	}

	function nextPlace() {
		if (!last) {
			return {...from, round: (from.round ?? 0) + 1};
		}

		return isByOffset ? {skip: end} : {after: {time: last.time, id: last.id}};
	}
}
