import {type ConnectionOptions, paginate, paginateInboxes, paginateMessages} from 'hubspot-threads';
import {page} from './page.ts';
import {streamLines} from './stream-lines.ts';

/**
 * A page of threads, and the lists behind it, from `Request` to `Response`: the same on Node, Bun, Deno and a Worker.
 * The connection, and with it the throttle and the token, is shared by all requests.
 */
export function createApp(connection: ConnectionOptions): (request: Request) => Response {
	return request => {
		const {pathname, searchParams} = new URL(request.url);
		if (request.method !== 'GET') {
			return new Response('Only GET is answered here.\n', {status: 405, headers: {allow: 'GET'}});
		}

		if (pathname === '/') {
			return new Response(page, {headers: {'content-type': 'text/html; charset=utf-8'}});
		}

		// The signal ends the walk when the browser goes before the answer has begun.
		const options = {...connection, signal: request.signal};
		try {
			if (pathname === '/inboxes') {
				return streamLines(paginateInboxes(options));
			}

			if (pathname === '/threads') {
				const threadStatus = searchParams.get('status') as 'OPEN' | 'CLOSED' | null;
				const inboxId = searchParams.get('inbox');
				return streamLines(
					paginate({...options, ...(threadStatus && {threadStatus}), ...(inboxId && {inboxId})}),
				);
			}

			const threadId = /^\/threads\/(\w+)\/messages$/.exec(pathname)?.[1];
			if (threadId) {
				return streamLines(paginateMessages({...options, threadId, sort: 'createdAt'}));
			}
		} catch (error) {
			// An option that breaks a rule: what came in the address is not an id or a status.
			return new Response(`${(error as TypeError).message}\n`, {status: 400});
		}

		return new Response('There is nothing here.\n', {status: 404});
	};
}
