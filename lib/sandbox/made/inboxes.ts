import {iso} from './times.ts';

/** Where threads are worked on. */
export interface SandboxInbox {
	readonly id: string;
	readonly name: string;
	readonly type: 'INBOX' | 'HELP_DESK';
	readonly createdAt: string;
	readonly updatedAt: string;
	readonly archived: boolean;
	readonly archivedAt?: string;
}

const created = Date.UTC(2019, 6, 6, 21, 18, 14, 342);
const day = 86_400_000;
const archivedId = '90000001';

/** The inboxes that threads are in, every second one a help desk, and one that is archived. */
export function inboxesWith(ids: Iterable<string>): readonly SandboxInbox[] {
	return [...new Set([...ids, archivedId])].map((id, index) => {
		const createdAt = iso(created + index * 100 * day);
		const updatedAt = iso(created + (index * 100 + 40) * day);
		return {
			id,
			name: id === archivedId ? 'Closed shop' : `${index % 2 ? 'Help desk' : 'Inbox'} ${index + 1}`,
			type: index % 2 && id !== archivedId ? 'HELP_DESK' : 'INBOX',
			createdAt,
			updatedAt,
			archived: id === archivedId,
			...(id === archivedId && {archivedAt: updatedAt}),
		};
	});
}
