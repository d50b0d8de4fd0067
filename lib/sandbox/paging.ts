import {type Place, writeCursor} from './cursors.ts';
import type {Fault} from './fault.ts';

/** One page of a list, before it has its cursor. */
export interface ListPage<T> {
	readonly results: readonly T[];
	/** Where the next page begins; `undefined` at the end. */
	readonly next: Place | undefined;
	/** Where this page begins, in the lists that tell it. */
	readonly previous?: Place | undefined;
	/** In the lists that tell it. */
	readonly total?: number;
}

/** Puts a page into HubSpot's envelope. */
export type Envelope = <T>(
	listName: string,
	page: ListPage<T>,
	fault: Fault,
) => Readonly<Record<string, unknown>>;

export function createEnvelope(encodedCursor: boolean): Envelope {
	/** By list, because one cursor can be right in two of them. */
	const sentCursors = new Map<string, string[]>();

	return (listName, {results, next, previous, total}, fault) => {
		const paging = {
			...(next && {next: linkTo(cursorOf(listName, next, fault))}),
			...(previous && {prev: {before: writeCursor(previous, encodedCursor)}}),
		};
		return {
			...(total !== undefined && {total}),
			results,
			...(Object.keys(paging).length > 0 && {paging}),
		};
	};

	function cursorOf(listName: string, next: Place, fault: Fault): string {
		const sent = sentCursors.get(listName) ?? [];
		const repeated = fault.repeatCursor === undefined ? undefined : sent.at(-fault.repeatCursor);
		const after = fault.unreadableCursor ? 'unreadable' : (repeated ?? writeCursor(next, encodedCursor));
		sent.push(after);
		sentCursors.set(listName, sent);
		return after;
	}
}

const linkTo = (after: string) => ({after, link: `?after=${after}`});
