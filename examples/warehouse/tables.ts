/** The types of columns. `json` is text as HubSpot sent it: PostgreSQL's jsonb refuses what HubSpot may send. */
export type ColumnType = 'text' | 'timestamptz' | 'boolean' | 'integer' | 'json';

/** A table; `account` is the first column of each, and of each key. */
export interface Table {
	readonly key: readonly string[];
	/** What a row is made of. */
	readonly columns: Readonly<Record<string, ColumnType>>;
	/** What this job adds. */
	readonly added?: Readonly<Record<string, ColumnType>>;
}

const party = {
	thread_id: 'text',
	message_id: 'text',
	position: 'integer',
	actor_id: 'text',
	name: 'text',
	field: 'text',
	address_type: 'text',
	address: 'text',
} as const;

export const tables = {
	thread: {
		key: ['id'],
		columns: {
			id: 'text',
			inbox_id: 'text',
			status: 'text',
			assigned_to: 'text',
			contact_id: 'text',
			ticket_id: 'text',
			channel_id: 'text',
			channel_account_id: 'text',
			created_at: 'timestamptz',
			closed_at: 'timestamptz',
			latest_message_at: 'timestamptz',
			latest_message_sent_at: 'timestamptz',
			latest_message_received_at: 'timestamptz',
			spam: 'boolean',
			archived: 'boolean',
			raw: 'json',
		},
		added: {
			/** When HubSpot first showed the thread like this, by its own clock. */
			observed_at: 'timestamptz',
			/** When HubSpot was asked for it and did not have it any more. */
			gone_at: 'timestamptz',
			/** Since when its messages are to be read again: something has changed that no message tells `sync()`. */
			messages_due_at: 'timestamptz',
		},
	},
	message: {
		key: ['thread_id', 'id'],
		columns: {
			thread_id: 'text',
			id: 'text',
			type: 'text',
			created_at: 'timestamptz',
			updated_at: 'timestamptz',
			created_by: 'text',
			client_type: 'text',
			integration_app_id: 'text',
			direction: 'text',
			channel_id: 'text',
			channel_account_id: 'text',
			in_reply_to_id: 'text',
			subject: 'text',
			text: 'text',
			rich_text: 'text',
			truncation_status: 'text',
			status_type: 'text',
			new_status: 'text',
			assigned_to: 'text',
			assigned_from: 'text',
			from_inbox_id: 'text',
			to_inbox_id: 'text',
			archived: 'boolean',
			raw: 'json',
		},
	},
	message_sender: {key: ['thread_id', 'message_id', 'position'], columns: party},
	message_recipient: {key: ['thread_id', 'message_id', 'position'], columns: party},
	thread_status_history: {
		key: ['thread_id', 'message_id'],
		columns: {
			thread_id: 'text',
			message_id: 'text',
			changed_at: 'timestamptz',
			status: 'text',
			changed_by: 'text',
		},
	},
	actor: {
		key: ['id'],
		// Without `raw`, HubSpot does not know it.
		columns: {id: 'text', type: 'text', name: 'text', email: 'text', avatar: 'text', raw: 'json'},
		added: {observed_at: 'timestamptz'},
	},
	inbox: {
		key: ['id'],
		columns: {
			id: 'text',
			name: 'text',
			type: 'text',
			created_at: 'timestamptz',
			updated_at: 'timestamptz',
			archived: 'boolean',
			archived_at: 'timestamptz',
			raw: 'json',
		},
		added: {observed_at: 'timestamptz', gone_at: 'timestamptz'},
	},
	channel: {
		key: ['id'],
		columns: {id: 'text', name: 'text', raw: 'json'},
		added: {observed_at: 'timestamptz', gone_at: 'timestamptz'},
	},
	channel_account: {
		key: ['id'],
		columns: {
			id: 'text',
			channel_id: 'text',
			inbox_id: 'text',
			name: 'text',
			address: 'text',
			active: 'boolean',
			authorized: 'boolean',
			created_at: 'timestamptz',
			archived: 'boolean',
			archived_at: 'timestamptz',
			raw: 'json',
		},
		added: {observed_at: 'timestamptz', gone_at: 'timestamptz'},
	},
	/** How far each job has come, and when it was last done. */
	checkpoint: {key: ['job'], columns: {job: 'text', checkpoint: 'json', saved_at: 'timestamptz'}},
} as const satisfies Record<string, Table>;

export type TableName = keyof typeof tables;

/** A row in JSON, by the names of the columns. */
export type RowOf<Name extends TableName> = {
	readonly [Column in keyof (typeof tables)[Name]['columns']]: string | number | boolean | null;
};
