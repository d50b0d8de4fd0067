-- For PostgreSQL. The primary keys begin with the account, and serve the reads by id and by thread.

-- The open threads, which are compared with HubSpot's every hour, and the archived ones, every day.
CREATE INDEX IF NOT EXISTS thread_open ON thread (account, id) WHERE status = 'OPEN' AND gone_at IS NULL;
CREATE INDEX IF NOT EXISTS thread_archived ON thread (account, id) WHERE archived AND gone_at IS NULL;
-- The list of work: as long as what is to be read, not as the table.
CREATE INDEX IF NOT EXISTS thread_messages_due ON thread (account, messages_due_at)
	WHERE messages_due_at IS NOT NULL;
-- The questions of the views, and of people.
CREATE INDEX IF NOT EXISTS thread_created ON thread (account, created_at);
CREATE INDEX IF NOT EXISTS thread_inbox ON thread (account, inbox_id, status);
CREATE INDEX IF NOT EXISTS thread_assigned ON thread (account, assigned_to, status);
CREATE INDEX IF NOT EXISTS thread_contact ON thread (account, contact_id);
CREATE INDEX IF NOT EXISTS message_time ON message (account, thread_id, created_at) WHERE type = 'MESSAGE';
CREATE INDEX IF NOT EXISTS message_week ON message (account, created_at) WHERE type = 'MESSAGE';
CREATE INDEX IF NOT EXISTS message_sender_address ON message_sender (account, lower(address));
CREATE INDEX IF NOT EXISTS message_sender_actor ON message_sender (account, actor_id);
CREATE INDEX IF NOT EXISTS message_recipient_actor ON message_recipient (account, actor_id);
CREATE INDEX IF NOT EXISTS thread_status_history_time ON thread_status_history (account, thread_id, changed_at);
