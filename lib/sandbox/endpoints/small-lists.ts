import type {Account} from '../account.ts';
import {readCursor} from '../cursors.ts';
import {notFound} from '../hubspot-error.ts';
import type {Envelope} from '../paging.ts';
import type {Call, Route} from '../router.ts';
import {isArchived, limitOf, listNameOf} from './parameters.ts';

interface Item {
	readonly id: string;
	readonly archived?: boolean;
}

/** Inboxes, channels and channel accounts: short lists that tell their length, sorted by any field. */
export function smallListRoutes(account: Account, envelope: Envelope, maxPageSize: number): readonly Route[] {
	return [
		...routesOf('/inboxes', 'inbox', account.inboxes),
		...routesOf('/channels', 'channel', account.channels),
		...routesOf('/channel-accounts', 'channel account', account.channelAccounts, ['channelId', 'inboxId']),
	];

	function routesOf<T extends Item>(
		path: string,
		what: string,
		items: () => readonly T[],
		filters: ReadonlyArray<keyof T & string> = [],
	): readonly Route[] {
		const isListed = (item: T, parameters: URLSearchParams) =>
			(item.archived ?? false) === (item.archived !== undefined && isArchived(parameters));

		return [
			{
				method: 'GET',
				path,
				answer({parameters, fault}) {
					const usual = Number(parameters.get('defaultPageLength') ?? 100);
					const limit = limitOf(parameters, maxPageSize, usual);
					const listed = items()
						.filter(item => isListed(item, parameters))
						.filter(item => filters.every(name => isWanted(item[name], parameters.getAll(name))))
						.toSorted(orderOf(parameters.getAll('sort')));
					const after = parameters.get('after');
					const from = after === null ? {} : readCursor(after);
					const start = from.skip ?? 0;
					const size = Math.min(limit, fault.size ?? limit);
					const end = start + size;
					const page = {
						total: listed.length,
						results: listed.slice(start, end),
						next:
							end < listed.length
								? {skip: end, ...(size === 0 && {round: (from.round ?? 0) + 1})}
								: undefined,
						previous: start > 0 ? {skip: start} : undefined,
					};
					return {body: envelope(listNameOf(path, parameters), page, fault)};
				},
			},
			{
				method: 'GET',
				path: `${path}/{id}`,
				answer({path: {id}, parameters}: Call) {
					const item = items().find(item => item.id === id && isListed(item, parameters));
					return item ? {body: item} : notFound(what);
				},
			},
		];
	}
}

const isWanted = (value: unknown, wanted: readonly string[]) =>
	wanted.length === 0 || wanted.includes(String(value));

/** By the fields in turn, each the other way round after a `-`; then by id, as a number. */
function orderOf(sort: readonly string[]): (a: Item, b: Item) => number {
	const fields = sort
		.flatMap(names => names.split(','))
		.map(name => ({name: name.replace(/^-/, ''), sign: name.startsWith('-') ? -1 : 1}));
	return (a, b) => {
		for (const {name, sign} of fields) {
			const order = compare(fieldOf(a, name), fieldOf(b, name));
			if (order !== 0) {
				return sign * order;
			}
		}

		return compare(fieldOf(a, 'id'), fieldOf(b, 'id'));
	};
}

function fieldOf(item: Item, name: string): string | number {
	const value = (item as unknown as Readonly<Record<string, unknown>>)[name];
	return name.toLowerCase().endsWith('id') ? Number(value) : String(value ?? '');
}

const compare = (a: string | number, b: string | number) => (a < b ? -1 : a > b ? 1 : 0);
