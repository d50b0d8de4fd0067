import type {Thread} from '../../lists/thread.ts';
import {type Place, readCursor} from '../cursors.ts';
import type {ListPage} from '../paging.ts';
import {firstWhere, type Store} from '../store.ts';
import type {ThreadQuery} from './thread-query.ts';

/** How this HubSpot lists; what nobody knows of the real one can be had both ways. */
export interface ListStyle {
	/** What a cursor is. Default: `keyset`. With `offset`, a thread that moves to the end makes the list skip another. */
	readonly cursor?: 'keyset' | 'offset' | undefined;
	/** Whether a thread exactly at `latestMessageTimestampAfter` is listed. Default: `inclusive`. */
	readonly bound?: 'inclusive' | 'exclusive' | undefined;
	/** Milliseconds to which `latestMessageTimestampAfter` is rounded down. Default: 1. */
	readonly boundPrecision?: number | undefined;
}

/** One page of what the store holds now, of `size` threads at most. */
export function listPage(
	store: Store,
	query: ThreadQuery,
	style: ListStyle,
	size = query.limit,
): ListPage<Thread> {
	const {sort, isDescending} = query;
	const order = sort === 'id' ? undefined : store.byTime();
	const length = order?.length ?? store.length;
	const indexAt = (place: number) => {
		const ascending = isDescending ? length - 1 - place : place;
		return order ? (order[ascending] as number) : ascending;
	};

	const from = query.after === undefined ? {} : readCursor(query.after);
	const bound = query.bound === undefined ? undefined : roundDown(query.bound, style.boundPrecision ?? 1);
	const isWithin = (index: number) =>
		bound === undefined ||
		store.timeAt(index) > bound ||
		(style.bound !== 'exclusive' && store.timeAt(index) === bound);
	let place = isDescending ? 0 : firstWhere(length, place => isWithin(indexAt(place)));
	if (from.after) {
		place = Math.max(place, placeAfter(from.after));
	}

	const found: Thread[] = [];
	let skip = from.skip ?? 0;
	let last = -1;
	for (; place < length && found.length <= size; place++) {
		const index = indexAt(place);
		if (!isWithin(index) || store.isRemoved(index)) {
			continue;
		}

		const thread = store.at(index);
		if (matches(thread, query) && skip-- <= 0) {
			last = found.length < size ? index : last;
			found.push(thread);
		}
	}

	const hasMore = found.length > size;
	return {
		results: found.slice(0, size).map(thread => show(thread, query)),
		next: hasMore ? nextPlace() : undefined,
	};

	function placeAfter({time, id}: {readonly time: number; readonly id: string}) {
		const isLater = (index: number) =>
			order === undefined || store.timeAt(index) === time
				? index - store.indexOf(id)
				: store.timeAt(index) - time;
		return firstWhere(
			length,
			place => (isDescending ? -isLater(indexAt(place)) : isLater(indexAt(place))) > 0,
		);
	}

	function nextPlace(): Place {
		if (last === -1) {
			return {...from, round: (from.round ?? 0) + 1};
		}

		return style.cursor === 'offset'
			? {skip: (from.skip ?? 0) + size}
			: {after: {time: order ? store.timeAt(last) : 0, id: store.at(last).id}};
	}
}

function matches(thread: Thread, query: ThreadQuery): boolean {
	return (
		(thread.archived ?? false) === query.archived &&
		(query.inboxId === undefined || thread.inboxId === query.inboxId) &&
		(query.threadStatus === undefined || thread.status === query.threadStatus) &&
		(query.associatedContactId === undefined || thread.associatedContactId === query.associatedContactId) &&
		(query.associatedTicketId === undefined ||
			thread.threadAssociations?.associatedTicketId === query.associatedTicketId)
	);
}

const roundDown = (value: number, step: number) => Math.floor(value / step) * step;

/** Threads have their ticket only when it was asked for. */
export function show(thread: Thread, {withTickets}: Pick<ThreadQuery, 'withTickets'>): Thread {
	if (withTickets) {
		return thread;
	}

	const {threadAssociations: _, ...rest} = thread;
	return rest;
}
