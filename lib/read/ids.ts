import {refuse} from '../rules.ts';

/** Ids, or whatever yields them. */
export type Ids<Id> = (Iterable<Id> | AsyncIterable<Id>) & object;

/**
 * The ids of an array are looked at now, all others when their turn comes.
 *
 * @throws {TypeError} unless it can be iterated. A string can be, but its characters are no ids.
 */
export function parseIds<Id>(option: string, ids: Ids<Id>, parse: (id: Id) => string): Ids<Id> {
	if (typeof ids !== 'object' || ids === null || !(Symbol.iterator in ids || Symbol.asyncIterator in ids)) {
		refuse(option, 'must be an array, or another iterable or asynchronous iterable, of ids');
	}

	if (Array.isArray(ids)) {
		for (const id of ids) {
			parse(id);
		}
	}

	return ids;
}

/** What comes after the first `count` ids. */
export async function* drop<Id>(ids: Ids<Id>, count: number): AsyncGenerator<Id, void> {
	let left = count;
	for await (const id of ids) {
		if (left-- <= 0) {
			yield id;
		}
	}
}
