import {HubspotError, validationError} from './hubspot-error.ts';
import {parseTime} from './store.ts';

/** A list request that HubSpot would answer. */
export interface ListQuery {
	readonly limit: number;
	readonly after: string | undefined;
	readonly inboxId: string | undefined;
	readonly associatedContactId: string | undefined;
	readonly associatedTicketId: string | undefined;
	readonly threadStatus: string | undefined;
	readonly archived: boolean;
	readonly withTickets: boolean;
	readonly sort: 'id' | 'latestMessageTimestamp';
	readonly isDescending: boolean;
	/** Milliseconds; only with a sort by time, otherwise HubSpot ignores it. */
	readonly bound: number | undefined;
}

const sorts = new Set(['id', '-id', 'latestMessageTimestamp', '-latestMessageTimestamp']);

/** HubSpot's rules; unknown parameters are ignored, as HubSpot does. @throws {HubspotError} */
export function parseListQuery(parameters: URLSearchParams, maxPageSize: number): ListQuery {
	const get = (name: string) => parameters.get(name) ?? undefined;
	const digits = (name: string) => {
		const value = get(name);
		return value === undefined || /^\d+$/.test(value) ? value : validationError(`${name} is not a number.`);
	};

	if (parameters.getAll('inboxId').length > 1) {
		validationError('Only one inboxId filter is allowed for this query.');
	}

	const sort = get('sort') ?? 'id';
	if (!sorts.has(sort)) {
		validationError('sort must be id or latestMessageTimestamp.');
	}

	const query = {
		limit: Number(digits('limit') ?? 100),
		after: get('after'),
		inboxId: digits('inboxId'),
		associatedContactId: digits('associatedContactId'),
		associatedTicketId: digits('associatedTicketId'),
		threadStatus: get('threadStatus'),
		archived: get('archived') === 'true',
		withTickets: get('association') === 'TICKET',
		sort: sort.endsWith('id') ? 'id' : 'latestMessageTimestamp',
		isDescending: sort.startsWith('-'),
		bound: parseBound(get('latestMessageTimestampAfter'), sort),
	} as const;

	if (query.limit < 1 || query.limit > maxPageSize) {
		validationError(`limit must be between 1 and ${maxPageSize}.`);
	}

	if (query.threadStatus !== undefined && !['OPEN', 'CLOSED'].includes(query.threadStatus)) {
		validationError('threadStatus must be one of OPEN, CLOSED.');
	}

	if (!['TICKET', undefined].includes(get('association'))) {
		validationError('association must be TICKET.');
	}

	if (query.associatedContactId !== undefined && query.inboxId !== undefined) {
		validationError('inboxId cannot be used together with associatedContactId.');
	}

	if (query.associatedContactId !== undefined && query.threadStatus === undefined) {
		validationError('threadStatus is required when filtering by associatedContactId.');
	}

	if (query.isDescending && query.associatedContactId === undefined) {
		validationError('Descending order requires associatedContactId.');
	}

	return query;
}

function parseBound(value: string | undefined, sort: string): number | undefined {
	if (sort.endsWith('id')) {
		return undefined;
	}

	if (value === undefined) {
		validationError('latestMessageTimestampAfter is required when sorting by latestMessageTimestamp.');
	}

	const bound = parseTime(value);
	if (Number.isNaN(bound) || !/^\d{4}-\d\d-\d\dT/.test(value)) {
		validationError('latestMessageTimestampAfter is not a date.');
	}

	// A sister endpoint fails on the epoch.
	if (bound <= 0) {
		throw new HubspotError(500, {
			category: 'INTERNAL_ERROR',
			message: 'There was a problem with the request.',
		});
	}

	return bound;
}
