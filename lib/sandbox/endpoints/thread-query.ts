import {HubspotError, validationError} from '../hubspot-error.ts';
import {parseTime} from '../made/times.ts';
import {digitsOf, isArchived, limitOf} from './parameters.ts';

/** A list request that HubSpot would answer. */
export interface ThreadQuery {
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
export function parseThreadQuery(parameters: URLSearchParams, maxPageSize: number): ThreadQuery {
	const get = (name: string) => parameters.get(name) ?? undefined;
	const digits = (name: string) => digitsOf(parameters, name);

	if (parameters.getAll('inboxId').length > 1) {
		validationError('Only one inboxId filter is allowed for this query.');
	}

	const sort = get('sort') ?? 'id';
	if (!sorts.has(sort)) {
		validationError('sort must be id or latestMessageTimestamp.');
	}

	const query = {
		limit: limitOf(parameters, maxPageSize),
		after: get('after'),
		inboxId: digits('inboxId'),
		associatedContactId: digits('associatedContactId'),
		associatedTicketId: digits('associatedTicketId'),
		threadStatus: get('threadStatus'),
		archived: isArchived(parameters),
		withTickets: hasTickets(parameters),
		sort: sort.endsWith('id') ? 'id' : 'latestMessageTimestamp',
		isDescending: sort.startsWith('-'),
		bound: parseBound(get('latestMessageTimestampAfter'), sort),
	} as const;

	if (query.threadStatus !== undefined && !['OPEN', 'CLOSED'].includes(query.threadStatus)) {
		validationError('threadStatus must be one of OPEN, CLOSED.');
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

/** Whether threads come with their tickets. @throws {HubspotError} 400 */
export function hasTickets(parameters: URLSearchParams): boolean {
	const association = parameters.get('association');
	return association === 'TICKET' || (association !== null && validationError('association must be TICKET.'));
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
