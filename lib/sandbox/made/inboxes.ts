import {iso} from './times.ts';

/** Where threads are worked on. */
export interface SandboxInbox {
	/** Digits. */
	readonly id: string;
	/** For people. */
	readonly name: string;
	/** What kind of inbox it is. */
	readonly type: 'INBOX' | 'HELP_DESK';
	/** When it was made. */
	readonly createdAt: string;
	/** When it was changed last; a thread has no such field. */
	readonly updatedAt: string;
	/** Whether it is only in the archived list. */
	readonly archived: boolean;
	/** Only if it is archived. */
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
