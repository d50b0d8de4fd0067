import type {Id, ListOptions} from './options.ts';
import {oneOf, refuse} from './rules.ts';

/** A query parameter; several of one name are sent one after another. */
export type Parameter = readonly [name: string, value: string];

/** The filters and the sort, checked. */
export interface Query {
	readonly toParameters: (page: PageQuery) => readonly Parameter[];
	/** Apart, for they are walked one after another; `undefined`: all inboxes, in one list. */
	readonly inboxIds: readonly string[] | undefined;
}

/** What changes from page to page. */
export interface PageQuery {
	readonly limit?: number;
	readonly inboxId?: string | undefined;
	readonly after?: string | undefined;
}

export const listOptions = [
	'inboxId',
	'associatedContactId',
	'associatedTicketId',
	'threadStatus',
	'archived',
	'association',
	'property',
	'sort',
	'latestMessageTimestampAfter',
	'searchParams',
] as const;

const isTimestampSort = (sort: string) => sort.endsWith('latestMessageTimestamp');

/**
 * @throws {TypeError} for what HubSpot refuses or, worse, silently ignores.
 * @see https://developers.hubspot.com/docs/api-reference/conversations-inbox-messages-v3/guide
 */
export function parseQuery(options: ListOptions): Query {
	const {inboxId, associatedContactId, associatedTicketId, threadStatus, archived} = options;
	const {association, property, sort, latestMessageTimestampAfter} = options;
	const parameters: Parameter[] = [];

	if (associatedContactId !== undefined) {
		if (inboxId !== undefined) {
			refuse('associatedContactId', 'cannot go with `inboxId`: HubSpot refuses the two together');
		}

		if (threadStatus === undefined) {
			refuse(
				'associatedContactId',
				'requires `threadStatus`: for all threads of a contact, walk OPEN, then CLOSED',
			);
		}

		parameters.push(['associatedContactId', parseId('associatedContactId', associatedContactId)]);
	}

	if (associatedTicketId !== undefined) {
		parameters.push(['associatedTicketId', parseId('associatedTicketId', associatedTicketId)]);
	}

	if (threadStatus !== undefined) {
		parameters.push(['threadStatus', oneOf('threadStatus', threadStatus, ['OPEN', 'CLOSED'])]);
	}

	if (archived !== undefined) {
		if (typeof archived !== 'boolean') {
			refuse('archived', 'must be true or false');
		}

		parameters.push(['archived', String(archived)]);
	}

	if (association !== undefined) {
		parameters.push(['association', oneOf('association', association, ['TICKET'])]);
	}

	if (property !== undefined) {
		parameters.push(['property', parseProperty(property)]);
	}

	if (sort !== undefined) {
		const parsed = oneOf('sort', sort, ['id', 'latestMessageTimestamp', '-id', '-latestMessageTimestamp']);
		if (parsed.startsWith('-') && associatedContactId === undefined) {
			refuse('sort', 'can be descending only with `associatedContactId`');
		}

		if (isTimestampSort(parsed) && latestMessageTimestampAfter === undefined) {
			refuse('sort', 'by `latestMessageTimestamp` requires `latestMessageTimestampAfter`');
		}

		parameters.push(['sort', parsed]);
	}

	if (latestMessageTimestampAfter !== undefined) {
		if (sort === undefined || !isTimestampSort(sort)) {
			refuse(
				'latestMessageTimestampAfter',
				"requires `sort: 'latestMessageTimestamp'`: without it HubSpot ignores the bound and lists everything",
			);
		}

		parameters.push([
			'latestMessageTimestampAfter',
			parseTimestamp('latestMessageTimestampAfter', latestMessageTimestampAfter).toISOString(),
		]);
	}

	const further = parseSearchParams(options.searchParams);
	const replaced = new Set(further.map(([name]) => name));
	return {
		toParameters({limit, inboxId, after}) {
			const own = [...parameters];
			if (limit !== undefined) {
				own.push(['limit', String(limit)]);
			}

			if (inboxId !== undefined) {
				own.push(['inboxId', inboxId]);
			}

			if (after !== undefined) {
				own.push(['after', after]);
			}

			return [...own.filter(([name]) => !replaced.has(name)), ...further];
		},
		inboxIds: inboxId === undefined ? undefined : parseInboxIds(inboxId),
	};
}

/** @throws {TypeError} if it is not a moment after 1970 with a time zone. */
export function parseTimestamp(option: string, value: Date | string): Date {
	const isIso = typeof value === 'string' && /^\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d))?$/.test(value);
	const date = value instanceof Date || isIso ? new Date(value) : undefined;
	if (date === undefined || !(date.getTime() > 0)) {
		refuse(
			option,
			'must be a Date or an ISO string with its time zone, after 1970, such as 2026-01-31T12:00:00Z',
		);
	}

	return date;
}

function parseId(option: string, id: Id): string {
	const isId =
		typeof id === 'number' ? Number.isSafeInteger(id) && id >= 0 : typeof id === 'string' && /^\d+$/.test(id);
	return isId ? String(id) : refuse(option, "must be one of HubSpot's ids: digits");
}

function parseInboxIds(inboxId: Id | readonly Id[]): readonly string[] {
	const ids = (Array.isArray(inboxId) ? inboxId : [inboxId]).map(id => parseId('inboxId', id));
	if (ids.length === 0) {
		refuse('inboxId', 'must name at least one inbox: leave it out for all of them');
	}

	if (new Set(ids).size < ids.length) {
		refuse('inboxId', 'must name each inbox once, or its threads would come twice');
	}

	return ids;
}

function parseProperty(property: string | readonly string[]): string {
	const names = typeof property === 'string' ? [property] : property;
	if (
		!Array.isArray(names) ||
		names.length === 0 ||
		names.some(name => typeof name !== 'string' || name === '')
	) {
		refuse('property', 'must be the name of a property, or several');
	}

	return names.join(',');
}

function parseSearchParams(searchParams: ListOptions['searchParams'] = []): readonly Parameter[] {
	const further = [...new URLSearchParams(searchParams as URLSearchParams)];
	if (further.some(([name]) => name === 'after')) {
		refuse('searchParams', 'must not hold `after`: it is an option, and changes with every page');
	}

	return further;
}
