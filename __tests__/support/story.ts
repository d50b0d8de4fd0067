import type {Database} from '../../examples/warehouse/database.ts';
import {storeBatch} from '../../examples/warehouse/store.ts';
import {upsert} from '../../examples/warehouse/upsert.ts';
import type {Message, Thread} from '../../lib/index.ts';
import type {Row} from './warehouse.ts';

/** Threads that each mislead in one way, and what is right of them. Times are minutes of one Monday. */
const account = '1';
const time = (minutes: number) => new Date(Date.UTC(2026, 0, 5, 0, 0) + minutes * 60_000).toISOString();

type Step = readonly [minute: number, by: string, more?: Readonly<Record<string, unknown>>];

interface Told {
	readonly thread: Partial<Thread>;
	readonly steps: readonly Step[];
}

const status = (newStatus: string) => ({type: 'THREAD_STATUS_CHANGE', newStatus});
const outgoing = {direction: 'OUTGOING', status: {statusType: 'SENT'}};
const fromMailbox = (value: string) => ({
	senders: [{deliveryIdentifier: {type: 'HS_EMAIL_ADDRESS', value}}],
});

const told: Readonly<Record<string, Told>> = {
	// We write first: the answer is what comes after the question, and never a negative time.
	'101': {
		thread: {},
		steps: [
			[0, 'A-1', outgoing],
			[10, 'V-9'],
			[15, 'A-1', outgoing],
		],
	},
	// Machines answer first, and are counted apart.
	'102': {
		thread: {},
		steps: [
			[0, 'V-9'],
			[1, 'B-5', outgoing],
			[2, 'L-6', outgoing],
			[3, 'I-7', outgoing],
			[4, 'A-1', {...outgoing, client: {clientType: 'INTEGRATION'}}],
			[5, 'S-hubspot', outgoing],
			[30, 'A-2', outgoing],
		],
	},
	// An agent answers from a mailbox of their own: it comes in, by the agent, or by an address that is an agent's.
	'103': {
		thread: {},
		steps: [
			[0, 'V-9'],
			[20, 'A-1', fromMailbox('ann@shop.example')],
		],
	},
	'104': {
		thread: {},
		steps: [
			[0, 'V-9'],
			[25, 'E-ANN@shop.example', fromMailbox('ANN@shop.example')],
		],
	},
	// A form always comes in, also if an agent typed it.
	'105': {
		thread: {originalChannelId: '1003'},
		steps: [
			[0, 'A-1', {channelId: '1003'}],
			[40, 'A-2', outgoing],
		],
	},
	// Closed twice in a row, opened again, closed again: two requests.
	'106': {
		thread: {status: 'CLOSED', closedAt: time(300)},
		steps: [
			[0, 'V-9'],
			[1, 'S-hubspot', status('OPEN')],
			[5, 'A-2', outgoing],
			[60, 'A-2', status('CLOSED')],
			[62, 'S-hubspot', status('CLOSED')],
			[200, 'V-9'],
			[201, 'S-hubspot', status('OPEN')],
			[210, 'A-1', outgoing],
			[300, 'A-1', status('CLOSED')],
			// Thanks, after which it stays closed.
			[310, 'V-9'],
		],
	},
	// Closed without a message: the thread tells it before its messages do.
	'107': {
		thread: {status: 'CLOSED', closedAt: time(90)},
		steps: [
			[0, 'V-9'],
			[1, 'S-hubspot', status('OPEN')],
		],
	},
	// An answer that failed is none; a comment and a welcome are none.
	'108': {
		thread: {},
		steps: [
			[0, 'V-9'],
			[1, 'A-1', {...outgoing, status: {statusType: 'FAILED'}}],
			[2, 'A-1', {type: 'COMMENT'}],
			[3, 'S-hubspot', {type: 'WELCOME_MESSAGE'}],
			[50, 'A-1', outgoing],
		],
	},
	// Neither is counted.
	'109': {thread: {spam: true}, steps: [[0, 'V-9']]},
	'110': {thread: {}, steps: [[0, 'V-9']]},
	// Without a message, and without what older messages lack.
	'111': {thread: {}, steps: []},
	'112': {
		thread: {},
		steps: [
			[0, 'V-9', {client: undefined, channelId: undefined}],
			[8, 'A-2', {direction: 'OUTGOING', client: undefined}],
		],
	},
};

const threads = Object.entries(told).map(
	([id, {thread}]) =>
		({
			id,
			createdAt: time(0),
			status: 'OPEN',
			inboxId: '481939',
			assignedTo: 'A-2',
			originalChannelId: '1002',
			latestMessageTimestamp: time(1),
			...thread,
		}) as Thread,
);

const messages = Object.entries(told).flatMap(([id, {steps}]) =>
	steps.map(
		([minute, createdBy, more], index) =>
			({
				id: `${id}-${index}`,
				conversationsThreadId: id,
				createdAt: time(minute),
				createdBy,
				client: {clientType: 'HUBSPOT'},
				senders: [{actorId: createdBy}],
				recipients: [],
				type: 'MESSAGE',
				direction: 'INCOMING',
				channelId: '1002',
				...more,
			}) as unknown as Message,
	),
);

const actor = (id: string, type: string, name: string | null, email: string | null) => ({
	id,
	type,
	name,
	email,
	avatar: null,
	raw: '{}',
});

export const story = {
	tables: [
		[
			(database: Database) =>
				upsert(database, 'actor', account, [
					actor('A-1', 'AGENT', 'Ann', 'ann@shop.example'),
					actor('A-2', 'AGENT', null, 'bob@shop.example'),
					actor('V-9', 'VISITOR', 'Zoe', 'zoe@customer.example'),
				]),
			undefined,
		],
		[
			(database: Database) =>
				storeBatch(database, account, {threads, messages, observedAt: new Date('2026-01-06T00:00:00Z')}),
			undefined,
		],
		[
			(database: Database) =>
				storeBatch(database, account, {
					threads: [],
					messages: [],
					gone: ['110'],
					observedAt: new Date('2026-01-06T00:00:01Z'),
				}),
			undefined,
		],
		// The same ids in another account, of which nothing may be seen in this one.
		[
			(database: Database) =>
				storeBatch(database, '2', {
					threads: threads.slice(0, 2),
					messages: messages.slice(0, 1),
					observedAt: new Date('2026-01-06T00:00:00Z'),
				}),
			undefined,
		],
	] as ReadonlyArray<readonly [(database: Database, rows: unknown) => Promise<unknown>, unknown]>,
	questions: [
		[
			`SELECT thread_id AS id, cycle, is_open, is_begun_by_us AS ours, answered_by AS who,
				round(seconds_to_first_response / 60) AS response, round(seconds_to_close / 60) AS close,
				round(extract(epoch FROM ai_answered_at - asked_at) / 60) AS ai,
				round(extract(epoch FROM integration_answered_at - asked_at) / 60) AS app
			FROM request WHERE account = '1' ORDER BY thread_id, cycle`,
			[
				row(101, 1, true, true, 'A-1', 5),
				row(102, 1, true, false, 'A-2', 30, null, 1, 3),
				row(103, 1, true, false, 'A-1', 20),
				row(104, 1, true, false, 'A-1', 25),
				row(105, 1, true, false, 'A-2', 40),
				row(106, 1, false, false, 'A-2', 5, 60),
				row(106, 2, false, false, 'A-1', 10, 100),
				row(107, 1, false, false, null, null, 90),
				row(108, 1, true, false, 'A-1', 50),
				row(111, 1, true, false, null, null),
				row(112, 1, true, false, 'A-2', 8),
			],
		],
		[
			`SELECT requests, begun_by_us AS ours, never_asked AS silent, answered_by_people AS people,
				answered_by_ai_only AS ai, answered_by_integration_only AS app, unanswered, open_now AS open
			FROM report_total WHERE account = '1'`,
			[{requests: 11, ours: 1, silent: 1, people: 9, ai: 0, app: 0, unanswered: 1, open: 8}],
		],
		[
			`SELECT CAST(week AS text) AS week, author, messages FROM report_messages_by_week
			WHERE account = '1' ORDER BY author`,
			[
				{week: '2026-01-05', author: 'agent', messages: 11},
				{week: '2026-01-05', author: 'ai', messages: 2},
				{week: '2026-01-05', author: 'contact', messages: 11},
				{week: '2026-01-05', author: 'integration', messages: 2},
				{week: '2026-01-05', author: 'system', messages: 1},
			],
		],
		[
			`SELECT CAST(week AS text) AS week, sum(threads) AS threads FROM report_threads_by_week
			WHERE account = '1' GROUP BY week`,
			[{week: '2026-01-05', threads: 10}],
		],
		[
			`SELECT agent_id AS id, agent, answered, round(first_response_median / 60) AS response, closed,
				round(close_median / 60) AS close, round(close_90 / 60) AS slow
			FROM report_by_agent WHERE account = '1' ORDER BY agent_id`,
			[
				{id: 'A-1', agent: 'Ann', answered: 5, response: 20, closed: 0, close: null, slow: null},
				{id: 'A-2', agent: 'bob@shop.example', answered: 4, response: 19, closed: 3, close: 90, slow: 98},
			],
		],
		[
			`SELECT inbox, requests, answered, closed FROM report_by_inbox WHERE account = '1'`,
			[{inbox: 481939, requests: 11, answered: 9, closed: 3}],
		],
		[`SELECT sum(threads) AS open FROM report_open_by_age WHERE account = '1' AND age_rank < 7`, [{open: 8}]],
	] as ReadonlyArray<readonly [string, readonly Row[]]>,
};

function row(
	id: number,
	cycle: number,
	is_open: boolean,
	ours: boolean,
	who: string | null,
	response: number | null,
	close: number | null = null,
	ai: number | null = null,
	app: number | null = null,
): Row {
	return {id, cycle, is_open, ours, who, response, close, ai, app};
}
