import {refuse} from '../rules.ts';

/** A query parameter; several of one name are sent one after another. */
export type Parameter = readonly [name: string, value: string];

/** What changes from page to page. */
export interface PageParameters {
	readonly limit?: number;
	readonly after?: string | undefined;
}

export type ToParameters = (page: PageParameters) => readonly Parameter[];

/** The query parameters that a user may add to every list. */
export interface SearchParamsOption {
	/**
	 * Further query parameters, sent as they are and unchecked; one named here replaces our default, and is refused
	 * beside an option that it would replace. The way round a check of this library when HubSpot changes.
	 */
	readonly searchParams?:
		| Readonly<Record<string, string>>
		| ReadonlyArray<readonly [string, string]>
		| URLSearchParams
		| undefined;
}

/** The options that decide what is sent as a parameter of another name. */
const sentAs: Readonly<Record<string, readonly string[]>> = {limit: ['pageSize', 'maxItems']};

/** @throws {TypeError} if `searchParams` holds what changes with every page, or would silence another option. */
export function parseSearchParams(options: SearchParamsOption): readonly Parameter[] {
	const further = options.searchParams === undefined ? [] : toParameterList(options.searchParams);
	for (const [name] of further) {
		if (name === 'after') {
			refuse('searchParams', 'must not hold `after`: it is an option, and changes with every page');
		}

		const silenced = (sentAs[name] ?? [name]).find(option => isGiven(options, option));
		if (silenced !== undefined) {
			refuse('searchParams', `must not hold \`${name}\`: it would replace the option \`${silenced}\``);
		}
	}

	return further;
}

function toParameterList(searchParams: unknown): readonly Parameter[] {
	const isObject = typeof searchParams === 'object' && searchParams !== null;
	const list: unknown[] = !isObject
		? []
		: Symbol.iterator in searchParams
			? [...(searchParams as Iterable<unknown>)]
			: Object.entries(searchParams);
	if (!isObject || !list.every(isParameter)) {
		refuse('searchParams', 'must be a URLSearchParams, pairs of texts, or an object of texts');
	}

	return list;
}

const isParameter = (pair: unknown): pair is Parameter =>
	Array.isArray(pair) && pair.length === 2 && pair.every(text => typeof text === 'string');

const isGiven = (options: object, name: string) =>
	!(name in Object.prototype) && (options as Readonly<Record<string, unknown>>)[name] !== undefined;

/** `filters` and what tells one list from another, what changes from page to page, and what the user adds. */
export function createToParameters(
	filters: readonly Parameter[],
	list: readonly Parameter[],
	further: readonly Parameter[],
): ToParameters {
	const replaced = new Set(further.map(([name]) => name));
	return ({limit, after}) => {
		const own = [...filters];
		if (limit !== undefined) {
			own.push(['limit', String(limit)]);
		}

		own.push(...list);
		if (after !== undefined) {
			own.push(['after', after]);
		}

		return [...own.filter(([name]) => !replaced.has(name)), ...further];
	};
}
