import type {Account} from '../account.ts';
import {notFound} from '../hubspot-error.ts';
import type {Envelope} from '../paging.ts';
import type {Route} from '../router.ts';
import {isArchived} from './parameters.ts';
import {type ListStyle, listPage, show} from './thread-list.ts';
import {hasTickets, parseThreadQuery} from './thread-query.ts';

export function threadRoutes(
	{store, find}: Account,
	envelope: Envelope,
	options: ListStyle & {readonly maxPageSize: number},
): readonly Route[] {
	return [
		{
			method: 'GET',
			path: '/threads',
			answer({parameters, fault}) {
				const query = parseThreadQuery(parameters, options.maxPageSize);
				const page = listPage(store, query, options, Math.min(query.limit, fault.size ?? query.limit));
				const list = JSON.stringify({...query, limit: undefined, after: undefined});
				return {body: envelope(`threads ${list}`, page, fault)};
			},
		},
		{
			method: 'GET',
			path: '/threads/{threadId}',
			answer({path: {threadId = ''}, parameters}) {
				const withTickets = hasTickets(parameters);
				const thread = find(threadId);
				// One that is archived is found only as such.
				return thread && (thread.archived ?? false) === isArchived(parameters)
					? {body: show(thread, {withTickets})}
					: notFound('thread');
			},
		},
	];
}
