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
	 * Further query parameters, sent as they are and unchecked; one named here replaces ours. The way round a
	 * check of this library when HubSpot changes.
	 */
	readonly searchParams?:
		| Readonly<Record<string, string>>
		| ReadonlyArray<readonly [string, string]>
		| URLSearchParams
		| undefined;
}

/** @throws {TypeError} if `searchParams` holds what changes with every page. */
export function parseSearchParams({searchParams = []}: SearchParamsOption): readonly Parameter[] {
	const further = [...new URLSearchParams(searchParams as URLSearchParams)];
	if (further.some(([name]) => name === 'after')) {
		refuse('searchParams', 'must not hold `after`: it is an option, and changes with every page');
	}

	return further;
}

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
