-- What people ask of the tables, in SQL that PostgreSQL and DuckDB both take: copy what you need.
-- All times are UTC; weeks begin on Monday. Threads that HubSpot does not have any more, and spam, are left out.

-- Each message with who wrote it: 'contact', 'agent', 'ai' (chatbots and AI agents), 'integration' or 'system'.
CREATE OR REPLACE VIEW message_author AS
WITH from_agent AS (
	-- A reply that an agent sent from their own mailbox comes in as a mail of anybody: its sender tells.
	SELECT
		sender.account,
		sender.thread_id,
		sender.message_id,
		min(coalesce(actor.id, sender.actor_id)) AS agent_id
	FROM message_sender AS sender
	LEFT JOIN actor
		ON actor.account = sender.account
		AND actor.type = 'AGENT'
		AND lower(actor.email) = lower(sender.address)
	WHERE sender.actor_id LIKE 'A-%' OR actor.id IS NOT NULL
	GROUP BY sender.account, sender.thread_id, sender.message_id
)
SELECT
	message.account,
	message.thread_id,
	message.id,
	message.created_at,
	message.channel_id,
	message.direction,
	CASE
		-- A form that was filled in always comes in, whoever typed it.
		WHEN message.channel_id = '1003' AND message.direction = 'INCOMING' THEN 'contact'
		WHEN message.created_by LIKE 'I-%' THEN 'integration'
		WHEN message.client_type = 'INTEGRATION' AND message.direction = 'OUTGOING' THEN 'integration'
		WHEN message.created_by LIKE 'B-%' OR message.created_by LIKE 'L-%' THEN 'ai'
		WHEN message.created_by LIKE 'A-%' OR from_agent.agent_id IS NOT NULL THEN 'agent'
		WHEN message.created_by LIKE 'S-%' OR message.direction = 'OUTGOING' THEN 'system'
		ELSE 'contact'
	END AS author,
	CASE WHEN message.created_by LIKE 'A-%' THEN message.created_by ELSE from_agent.agent_id END AS agent_id,
	-- A message that did not arrive is no answer.
	message.status_type IS DISTINCT FROM 'FAILED' AS has_arrived
FROM message
LEFT JOIN from_agent
	ON from_agent.account = message.account
	AND from_agent.thread_id = message.thread_id
	AND from_agent.message_id = message.id
WHERE message.type = 'MESSAGE' AND message.created_at IS NOT NULL;

-- When each thread was opened and closed: of two closings in a row, the first counts.
CREATE OR REPLACE VIEW thread_status_change AS
SELECT account, thread_id, changed_at, status
FROM (
	SELECT
		account,
		thread_id,
		changed_at,
		status,
		lag(status) OVER (PARTITION BY account, thread_id ORDER BY changed_at, message_id) AS status_before
	FROM (
		SELECT account, thread_id, message_id, changed_at, status FROM thread_status_history
		UNION ALL
		-- A thread tells its last closing before its messages have been read again.
		SELECT account, id, '', closed_at, status FROM thread WHERE status = 'CLOSED'
	) AS told
	WHERE changed_at IS NOT NULL
) AS changes
WHERE status IS DISTINCT FROM status_before;

-- What support worked on: one row from each opening of a thread to its closing, because a thread is closed and opened
-- again many times. What was said after a closing belongs to the next request.
CREATE OR REPLACE VIEW request AS
WITH event AS (
	SELECT account, thread_id, created_at AS happened_at, author, agent_id, has_arrived, NULL AS status FROM message_author
	UNION ALL
	SELECT account, thread_id, changed_at, NULL, NULL, NULL, status FROM thread_status_change
	UNION ALL
	-- The present, which is after everything: a thread without an event is there too.
	SELECT account, id, NULL, NULL, NULL, NULL, NULL FROM thread
), numbered AS (
	SELECT
		*,
		count(*) FILTER (WHERE status = 'CLOSED') OVER (
			PARTITION BY account, thread_id
			ORDER BY happened_at NULLS LAST, status NULLS FIRST
			ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
		) AS closings_before
	FROM event
), asked AS (
	SELECT
		*,
		min(happened_at) FILTER (WHERE author = 'contact') OVER (PARTITION BY account, thread_id, closings_before) AS asked_at
	FROM numbered
), cycle AS (
	-- Only what comes after the contact has asked is an answer: who writes first has not answered before the question.
	SELECT
		account,
		thread_id,
		closings_before,
		min(asked_at) AS asked_at,
		min(happened_at) FILTER (WHERE author <> 'contact') AS wrote_at,
		min(happened_at) FILTER (WHERE author = 'agent' AND has_arrived AND happened_at >= asked_at) AS answered_at,
		(array_agg(agent_id ORDER BY happened_at) FILTER (WHERE author = 'agent' AND has_arrived AND happened_at >= asked_at))[1]
			AS answered_by,
		min(happened_at) FILTER (WHERE author = 'ai' AND has_arrived AND happened_at >= asked_at) AS ai_answered_at,
		min(happened_at) FILTER (WHERE author = 'integration' AND has_arrived AND happened_at >= asked_at) AS integration_answered_at,
		min(happened_at) FILTER (WHERE status = 'OPEN') AS reopened_at,
		min(happened_at) FILTER (WHERE status = 'CLOSED') AS closed_at
	FROM asked
	GROUP BY account, thread_id, closings_before
), opened AS (
	SELECT
		cycle.*,
		thread.inbox_id,
		thread.channel_id,
		thread.assigned_to,
		thread.archived,
		cycle.closed_at IS NULL AND thread.status IS DISTINCT FROM 'CLOSED' AS is_open,
		CASE
			WHEN cycle.closings_before = 0 THEN thread.created_at
			ELSE least(cycle.reopened_at, cycle.asked_at)
		END AS opened_at
	FROM cycle
	JOIN thread ON thread.account = cycle.account AND thread.id = cycle.thread_id
	WHERE thread.gone_at IS NULL
		AND thread.spam IS DISTINCT FROM true
		-- Thanks after the closing of a thread that stays closed are no request.
		AND (cycle.closed_at IS NOT NULL OR cycle.closings_before = 0 OR thread.status IS DISTINCT FROM 'CLOSED')
)
SELECT
	account,
	thread_id,
	closings_before + 1 AS cycle,
	inbox_id,
	channel_id,
	assigned_to,
	archived,
	is_open,
	opened_at,
	asked_at,
	coalesce(wrote_at < asked_at, wrote_at IS NOT NULL) AS is_begun_by_us,
	answered_at,
	answered_by,
	ai_answered_at,
	integration_answered_at,
	closed_at,
	extract(epoch FROM answered_at - asked_at) AS seconds_to_first_response,
	CASE WHEN closed_at >= opened_at THEN extract(epoch FROM closed_at - opened_at) END AS seconds_to_close
FROM opened;

-- All requests in one line. Who answered first does not matter here: people count before machines.
CREATE OR REPLACE VIEW report_total AS
SELECT
	account,
	count(*) AS requests,
	count(*) FILTER (WHERE asked_at IS NOT NULL AND is_begun_by_us) AS begun_by_us,
	count(*) FILTER (WHERE asked_at IS NULL) AS never_asked,
	count(answered_at) AS answered_by_people,
	count(*) FILTER (WHERE answered_at IS NULL AND ai_answered_at IS NOT NULL) AS answered_by_ai_only,
	count(*) FILTER (
		WHERE answered_at IS NULL AND ai_answered_at IS NULL AND integration_answered_at IS NOT NULL
	) AS answered_by_integration_only,
	count(*) FILTER (
		WHERE asked_at IS NOT NULL
			AND coalesce(answered_at, ai_answered_at, integration_answered_at) IS NULL
	) AS unanswered,
	count(*) FILTER (WHERE is_open AND archived IS DISTINCT FROM true) AS open_now,
	percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds_to_first_response) AS first_response_median,
	percentile_cont(0.9) WITHIN GROUP (ORDER BY seconds_to_first_response) AS first_response_90,
	percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds_to_close) AS close_median,
	percentile_cont(0.9) WITHIN GROUP (ORDER BY seconds_to_close) AS close_90
FROM request
GROUP BY account;

CREATE OR REPLACE VIEW report_threads_by_week AS
SELECT
	thread.account,
	CAST(date_trunc('week', thread.created_at AT TIME ZONE 'UTC') AS date) AS week,
	coalesce(channel.name, thread.channel_id, 'unknown') AS channel,
	count(*) AS threads
FROM thread
LEFT JOIN channel ON channel.account = thread.account AND channel.id = thread.channel_id
WHERE thread.gone_at IS NULL AND thread.spam IS DISTINCT FROM true AND thread.created_at IS NOT NULL
GROUP BY 1, 2, 3;

CREATE OR REPLACE VIEW report_messages_by_week AS
SELECT
	message.account,
	CAST(date_trunc('week', message.created_at AT TIME ZONE 'UTC') AS date) AS week,
	message.author,
	count(*) AS messages
FROM message_author AS message
JOIN thread ON thread.account = message.account AND thread.id = message.thread_id
WHERE thread.gone_at IS NULL AND thread.spam IS DISTINCT FROM true
GROUP BY 1, 2, 3;

-- By the inbox that a thread is in now.
CREATE OR REPLACE VIEW report_by_inbox AS
SELECT
	request.account,
	request.inbox_id,
	coalesce(inbox.name, request.inbox_id, 'unknown') AS inbox,
	count(*) AS requests,
	count(request.asked_at) AS asked,
	count(request.answered_at) AS answered,
	percentile_cont(0.5) WITHIN GROUP (ORDER BY request.seconds_to_first_response) AS first_response_median,
	percentile_cont(0.9) WITHIN GROUP (ORDER BY request.seconds_to_first_response) AS first_response_90,
	count(request.seconds_to_close) AS closed,
	percentile_cont(0.5) WITHIN GROUP (ORDER BY request.seconds_to_close) AS close_median,
	percentile_cont(0.9) WITHIN GROUP (ORDER BY request.seconds_to_close) AS close_90
FROM request
LEFT JOIN inbox ON inbox.account = request.account AND inbox.id = request.inbox_id
GROUP BY 1, 2, 3;

-- A first response by the agent who gave it; a closing by the agent whom the thread is assigned to.
CREATE OR REPLACE VIEW report_by_agent AS
WITH speed AS (
	SELECT account, answered_by AS agent_id, seconds_to_first_response, NULL AS seconds_to_close
	FROM request
	WHERE answered_by IS NOT NULL
	UNION ALL
	SELECT account, assigned_to, NULL, seconds_to_close
	FROM request
	WHERE assigned_to IS NOT NULL
)
SELECT
	speed.account,
	speed.agent_id,
	coalesce(actor.name, actor.email, speed.agent_id) AS agent,
	count(speed.seconds_to_first_response) AS answered,
	percentile_cont(0.5) WITHIN GROUP (ORDER BY speed.seconds_to_first_response) AS first_response_median,
	percentile_cont(0.9) WITHIN GROUP (ORDER BY speed.seconds_to_first_response) AS first_response_90,
	count(speed.seconds_to_close) AS closed,
	percentile_cont(0.5) WITHIN GROUP (ORDER BY speed.seconds_to_close) AS close_median,
	percentile_cont(0.9) WITHIN GROUP (ORDER BY speed.seconds_to_close) AS close_90
FROM speed
LEFT JOIN actor ON actor.account = speed.account AND actor.id = speed.agent_id
GROUP BY 1, 2, 3;

-- How long what is open has been open.
CREATE OR REPLACE VIEW report_open_by_age AS
WITH open_request AS (
	SELECT
		request.account,
		request.inbox_id,
		CASE
			WHEN now() - opened_at < INTERVAL '1 hour' THEN 1
			WHEN now() - opened_at < INTERVAL '1 day' THEN 2
			WHEN now() - opened_at < INTERVAL '3 days' THEN 3
			WHEN now() - opened_at < INTERVAL '7 days' THEN 4
			WHEN now() - opened_at < INTERVAL '30 days' THEN 5
			WHEN opened_at IS NOT NULL THEN 6
			ELSE 7
		END AS age_rank
	FROM request
	WHERE is_open AND archived IS DISTINCT FROM true
)
SELECT
	open_request.account,
	open_request.age_rank,
	CASE open_request.age_rank
		WHEN 1 THEN 'under 1 hour'
		WHEN 2 THEN '1 hour to 1 day'
		WHEN 3 THEN '1 to 3 days'
		WHEN 4 THEN '3 to 7 days'
		WHEN 5 THEN '7 to 30 days'
		WHEN 6 THEN 'over 30 days'
		ELSE 'unknown'
	END AS age,
	coalesce(inbox.name, open_request.inbox_id, 'unknown') AS inbox,
	count(*) AS threads
FROM open_request
LEFT JOIN inbox ON inbox.account = open_request.account AND inbox.id = open_request.inbox_id
GROUP BY 1, 2, 3, 4;
