import type {Account} from './account.ts';
import {accountRoutes} from './endpoints/account-details.ts';
import {actorRoutes} from './endpoints/actors.ts';
import {messageRoutes} from './endpoints/messages.ts';
import {smallListRoutes} from './endpoints/small-lists.ts';
import type {ListStyle} from './endpoints/thread-list.ts';
import {threadRoutes} from './endpoints/threads.ts';
import type {Envelope} from './paging.ts';
import type {Route} from './router.ts';

/** Conversations of version 3, and of its dated successor. */
const bases = ['/conversations/v3/conversations', '/conversations/conversations/2026-09'];

/** All that needs a token. */
export function routesOf(
	account: Account,
	envelope: Envelope,
	options: ListStyle & {readonly maxPageSize: number},
): readonly Route[] {
	const conversations = [
		...threadRoutes(account, envelope, options),
		...messageRoutes(account, envelope, options),
		...smallListRoutes(account, envelope, options.maxPageSize),
		...actorRoutes(account),
	];
	return [
		...bases.flatMap(base => conversations.map(route => ({...route, path: base + route.path}))),
		...accountRoutes,
	];
}
