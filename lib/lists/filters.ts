import type {Parameter} from '../request/parameters.ts';
import {optionalBoolean, refuse} from '../rules.ts';
import {type Id, parseId} from './values.ts';

/** @throws {TypeError} unless it is a boolean. */
export function archivedParameter(archived: boolean | undefined): readonly Parameter[] {
	optionalBoolean('archived', archived);
	return archived === undefined ? [] : [['archived', String(archived)]];
}

/** A parameter for each id. @throws {TypeError} unless they are ids, each of them once. */
export function idParameters(option: string, ids: Id | readonly Id[] | undefined): readonly Parameter[] {
	if (ids === undefined) {
		return [];
	}

	const parsed = [ids].flat().map(id => parseId(option, id));
	if (parsed.length === 0) {
		refuse(option, 'must name at least one: leave it out for all of them');
	}

	return parsed.map(id => [option, id]);
}

/** A parameter for each field to sort by. @throws {TypeError} unless they are names. */
export function sortParameters(sort: string | readonly string[] | undefined): readonly Parameter[] {
	const fields = sort === undefined ? [] : [sort].flat();
	if (fields.some(field => typeof field !== 'string' || !/^-?\w+$/.test(field))) {
		refuse('sort', 'must be the name of a field, with `-` before it for the descending order, or several');
	}

	return fields.map(field => ['sort', field]);
}
