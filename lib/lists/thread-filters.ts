import type {Parameter, SearchParamsOption} from '../request/parameters.ts';
import {oneOf, refuse} from '../rules.ts';
import {archivedParameter} from './filters.ts';
import type {ThreadStatus} from './thread.ts';
import {type Id, parseId, parseProperty, parseTimestamp} from './values.ts';

/**
 * HubSpot's filters that go with every other.
 *
 * @see https://developers.hubspot.com/docs/api-reference/conversations-inbox-messages-v3/guide
 */
export interface FilterOptions extends SearchParamsOption {
	/** Only threads of this ticket. */
	readonly associatedTicketId?: Id | undefined;
	/** `true` lists only archived threads, which HubSpot purges after 30 days. Default: only the others. */
	readonly archived?: boolean | undefined;
	/** `TICKET` adds `threadAssociations` to threads that have a ticket. */
	readonly association?: 'TICKET' | undefined;
	/** Names of the thread properties to ask for; others may then be absent. */
	readonly property?: string | readonly string[] | undefined;
}

/** Threads of all inboxes, or of some. */
export interface InboxFilter {
	/**
	 * One inbox, or several, walked one after another in the given order (HubSpot refuses several at once).
	 * Default: all inboxes.
	 */
	readonly inboxId?: Id | readonly Id[] | undefined;
	/** Only threads of this status. Default: of both. */
	readonly threadStatus?: ThreadStatus | undefined;
	/** Not with `inboxId`: that is a `ContactFilter`. */
	readonly associatedContactId?: undefined;
}

/** Threads of one contact. */
export interface ContactFilter {
	/** Excludes `inboxId` and requires `threadStatus`: all threads of a contact are two walks. */
	readonly associatedContactId: Id;
	/** HubSpot has no value for both. */
	readonly threadStatus: ThreadStatus;
	/** HubSpot refuses it with a contact. */
	readonly inboxId?: undefined;
}

/** In the order of ids. */
export interface IdSort<Sort> {
	/** Default: `id`. Descending (`-id`) only with `associatedContactId`. */
	readonly sort?: Sort | undefined;
	/** HubSpot would ignore it in silence. */
	readonly latestMessageTimestampAfter?: undefined;
}

/** In the order of the latest message, from a bound on. */
export interface TimestampSort<Sort> {
	/** Descending (`-latestMessageTimestamp`) only with `associatedContactId`. */
	readonly sort: Sort;
	/** From when on: a `Date` or an ISO string after 1970. HubSpot refuses the sort without it. */
	readonly latestMessageTimestampAfter: Date | string;
}

/**
 * The filters and sorts that HubSpot takes together.
 *
 * @see https://developers.hubspot.com/docs/api-reference/conversations-inbox-messages-v3/guide
 */
export type ListOptions = FilterOptions &
	// Contacts first, and tsc names the bound that a sort by time lacks: it explains the last of those that fit best.
	(
		| (ContactFilter &
				(IdSort<'id' | '-id'> | TimestampSort<'latestMessageTimestamp' | '-latestMessageTimestamp'>))
		| (InboxFilter & (IdSort<'id'> | TimestampSort<'latestMessageTimestamp'>))
	);

/** Every filter and sort of threads, whether or not HubSpot takes them together. */
export type AnyListOptions = Pick<ListOptions, keyof ListOptions>;

export const threadOptionNames = {
	inboxId: true,
	associatedContactId: true,
	associatedTicketId: true,
	threadStatus: true,
	archived: true,
	association: true,
	property: true,
	sort: true,
	latestMessageTimestampAfter: true,
	searchParams: true,
} as const satisfies Record<AllKeys<ListOptions>, true>;

type AllKeys<Union> = Union extends unknown ? keyof Union : never;

const isTimestampSort = (sort: string) => sort.endsWith('latestMessageTimestamp');

/**
 * @throws {TypeError} for what HubSpot refuses or, worse, silently ignores.
 * @see https://developers.hubspot.com/docs/api-reference/conversations-inbox-messages-v3/guide
 */
export function parseThreadFilters(options: AnyListOptions): readonly Parameter[] {
	const {inboxId, associatedContactId, associatedTicketId, threadStatus, archived} = options;
	const {sort, latestMessageTimestampAfter} = options;
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

	parameters.push(...archivedParameter(archived), ...fieldParameters(options));
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

	return parameters;
}

/** What is said of each thread, in a list and by id. @throws {TypeError} */
export function fieldParameters({
	association,
	property,
}: Pick<FilterOptions, 'association' | 'property'>): readonly Parameter[] {
	const parameters: Parameter[] = [];
	if (association !== undefined) {
		parameters.push(['association', oneOf('association', association, ['TICKET'])]);
	}

	if (property !== undefined) {
		parameters.push(['property', parseProperty(property)]);
	}

	return parameters;
}

/** One inbox, or several: HubSpot refuses several at once, so each is a list of its own. @throws {TypeError} */
export function parseInboxIds(inboxId: Id | readonly Id[]): readonly string[] {
	const ids = (Array.isArray(inboxId) ? inboxId : [inboxId]).map(id => parseId('inboxId', id));
	if (ids.length === 0) {
		refuse('inboxId', 'must name at least one inbox: leave it out for all of them');
	}

	if (new Set(ids).size < ids.length) {
		refuse('inboxId', 'must name each inbox once, or its threads would come twice');
	}

	return ids;
}
