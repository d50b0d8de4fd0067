/**
 * Checked by `tsc` alone, and never run: what must not compile has an expected error, and tsc fails where there is
 * none.
 */

import {Readable} from 'node:stream';
import {z} from 'zod';
import {
	type Batch,
	type BatchWithMessages,
	type Checkpoint,
	type ConnectionOptions,
	CursorLoopError,
	createThrottle,
	type Inbox,
	type MalformedPageError,
	type Message,
	type Page,
	type PageEvent,
	type PaginateOptions,
	PaginationError,
	pages,
	paginate,
	paginateChannelAccounts,
	paginateChannels,
	paginateInboxes,
	paginateMessages,
	type RateLimit,
	RateLimitError,
	type ReadThread,
	type ReconcileBatch,
	type RequestError,
	ResponseError,
	type Resume,
	readActors,
	readThreads,
	reconcile,
	type SyncOptions,
	sync,
	type Thread,
	type ThreadStatus,
	type Throttle,
} from '../lib/index.ts';
import {
	createSandbox,
	type Fault,
	type Sandbox,
	type StartedSandbox,
	startSandbox,
} from '../lib/sandbox/index.ts';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
declare function assert<_ extends true>(): void;

declare const accessToken: string;
declare const resume: Resume;
const bound = new Date('2026-01-01');

// What HubSpot takes together.

paginate({accessToken});
paginate({accessToken, inboxId: 1});
paginate({accessToken, inboxId: '1', threadStatus: 'OPEN', archived: true, association: 'TICKET'});
paginate({accessToken, inboxId: [1, '2'], associatedTicketId: 3, property: ['id', 'status']});
paginate({accessToken, sort: 'id'});
paginate({accessToken, sort: 'latestMessageTimestamp', latestMessageTimestampAfter: bound});
paginate({
	accessToken,
	inboxId: 1,
	sort: 'latestMessageTimestamp',
	latestMessageTimestampAfter: '2026-01-01',
});
paginate({accessToken, associatedContactId: 1, threadStatus: 'CLOSED'});
paginate({accessToken, associatedContactId: 1, threadStatus: 'CLOSED', sort: '-id'});
paginate({
	accessToken,
	associatedContactId: 1,
	threadStatus: 'OPEN',
	sort: '-latestMessageTimestamp',
	latestMessageTimestampAfter: bound,
});
paginate({accessToken: () => accessToken});
paginate({accessToken: async ({refresh, signal}) => (refresh && !signal.aborted ? accessToken : '')});
paginate({accessToken, searchParams: {inboxId: '1'}});
paginate({accessToken, searchParams: [['inboxId', '1']]});
paginate({accessToken, searchParams: new URLSearchParams('inboxId=1')});
paginate({accessToken, after: null, pageSize: 5, maxItems: 0, maxPages: Infinity, readAhead: 0});
paginate({accessToken, retry: {retries: 0}, throttle: {limit: 1}, timeout: 1, apiVersion: '2026-09'});
paginate({accessToken, fetch, signal: AbortSignal.timeout(1000), baseUrl: 'https://eu1.hubapi.com'});
paginate({
	accessToken,
	onPage(counts) {
		assert<Equal<typeof counts, PageEvent>>();
		counts satisfies Readonly<Record<'pages' | 'items' | 'requests' | 'retries', number>>;
	},
	onRetry({error, attempt, delay}) {
		assert<Equal<typeof error, PaginationError>>();
		assert<Equal<typeof attempt | typeof delay, number>>();
	},
	onThrottle({delay}) {
		assert<Equal<typeof delay, number>>();
	},
});

// What is optional may be given as undefined.
paginate({
	accessToken,
	inboxId: undefined,
	associatedContactId: undefined,
	sort: undefined,
	signal: undefined,
});

// Without an access token there is nothing to ask with.
// @ts-expect-error
paginate({});

// A misspelt filter would list more than was asked for.
// @ts-expect-error
paginate({accessToken, inboxID: 1});

// A contact and an inbox do not go together.
// @ts-expect-error
paginate({accessToken, associatedContactId: 1, threadStatus: 'OPEN', inboxId: 2});

// A contact needs a status.
// @ts-expect-error
paginate({accessToken, associatedContactId: 1});

// A list by time needs its bound.
// @ts-expect-error
paginate({accessToken, sort: 'latestMessageTimestamp'});

// A contact's list by time needs its bound too.
// @ts-expect-error
paginate({accessToken, associatedContactId: 1, threadStatus: 'OPEN', sort: '-latestMessageTimestamp'});

// HubSpot ignores a bound without a sort.
// @ts-expect-error
paginate({accessToken, latestMessageTimestampAfter: bound});

// HubSpot ignores a bound in a list by id.
// @ts-expect-error
paginate({accessToken, sort: 'id', latestMessageTimestampAfter: bound});

// HubSpot ignores a bound in a contact's list by id.
// @ts-expect-error
paginate({
	accessToken,
	associatedContactId: 1,
	threadStatus: 'OPEN',
	sort: '-id',
	latestMessageTimestampAfter: bound,
});

// Descending ids need a contact.
// @ts-expect-error
paginate({accessToken, sort: '-id'});

// Descending times need a contact.
// @ts-expect-error
paginate({accessToken, sort: '-latestMessageTimestamp', latestMessageTimestampAfter: bound});

// There is no newest-first list of an inbox.
// @ts-expect-error
paginate({accessToken, inboxId: 1, sort: '-latestMessageTimestamp', latestMessageTimestampAfter: bound});

// HubSpot sorts by nothing else.
// @ts-expect-error
paginate({accessToken, sort: 'createdAt'});

// HubSpot filters by two statuses.
// @ts-expect-error
paginate({accessToken, threadStatus: 'SPAM'});

// There is no "both" of the statuses.
// @ts-expect-error
paginate({accessToken, threadStatus: ['OPEN', 'CLOSED']});

// Tickets are the only association.
// @ts-expect-error
paginate({accessToken, association: 'DEAL'});

// One contact at a time.
// @ts-expect-error
paginate({accessToken, associatedContactId: [1, 2], threadStatus: 'OPEN'});

// One ticket at a time.
// @ts-expect-error
paginate({accessToken, associatedTicketId: [1, 2]});

// Archived or not: a boolean, not HubSpot's text.
// @ts-expect-error
paginate({accessToken, archived: 'true'});

// A bound is a moment, not a number of milliseconds or seconds.
// @ts-expect-error
paginate({accessToken, sort: 'latestMessageTimestamp', latestMessageTimestampAfter: 1_767_225_600_000});

// HubSpot lists threads in two versions.
// @ts-expect-error
paginate({accessToken, apiVersion: '2026-03'});

// A cursor is opaque text, not a number.
// @ts-expect-error
paginate({accessToken, after: 100});

// The size of a page is `pageSize`: HubSpot's `limit` is none of our options.
// @ts-expect-error
paginate({accessToken, limit: 100});

// A token is one, or a function that gives one.
// @ts-expect-error
paginate({accessToken: {token: accessToken}});

// pages() has the same rules.
// @ts-expect-error
pages({accessToken, sort: 'latestMessageTimestamp'});

// To go on: `resume` goes into the options of the walk.

const inbox = {accessToken, inboxId: [1, 2]};
const contact = {accessToken, associatedContactId: 1, threadStatus: 'OPEN', sort: '-id'} as const;
const byTime = {accessToken, sort: 'latestMessageTimestamp', latestMessageTimestampAfter: bound} as const;
declare const options: PaginateOptions;
declare const page: Page;
paginate({...inbox, ...resume});
paginate({...contact, ...resume});
paginate({...byTime, ...resume});
paginate({...options, ...resume});
paginate({...options, ...page.resume});
pages({...inbox, maxItems: 10, ...resume});
pages({...byTime, ...(JSON.parse('{}') as Resume)});

// The last page has no `resume`.
// @ts-expect-error
page.resume.after;

// What HubSpot did not say is absent, not zero.
// @ts-expect-error
const _remaining: number = (page.rateLimit as RateLimit).remaining;

// Forwarding options: what a type leaves open is checked at the call.

declare const inboxId: string | undefined;
declare const contactId: number | undefined;
declare const since: Date | undefined;
declare const isContact: boolean;
declare const rest: Omit<PaginateOptions, 'accessToken'>;
declare const some: Partial<PaginateOptions>;
declare const picked: Pick<PaginateOptions, 'inboxId' | 'associatedContactId' | 'threadStatus'>;
declare const connection: ConnectionOptions;
declare const syncRest: Omit<SyncOptions, 'accessToken' | 'checkpoint'>;
paginate({...rest, accessToken});
paginate({accessToken, ...rest, ...resume});
pages({...connection, ...rest});
paginate({...some, accessToken});
paginate({...connection, ...picked});
paginate({...options, inboxId: 1});
paginate({...options, sort: 'id'});
paginate({accessToken, ...(inboxId && {inboxId})});
paginate({accessToken, ...(inboxId === undefined ? {} : {inboxId})});
paginate({accessToken, ...(contactId && {associatedContactId: contactId, threadStatus: 'OPEN' as const})});
paginate({
	accessToken,
	...(isContact ? {associatedContactId: 1, threadStatus: 'OPEN' as const} : {inboxId: 2}),
});
paginate({
	accessToken,
	...(since && {sort: 'latestMessageTimestamp' as const, latestMessageTimestampAfter: since}),
});
paginate({accessToken, inboxId, threadStatus: isContact ? 'OPEN' : 'CLOSED'});
paginate({accessToken, inboxId: 1, threadStatus: 'OPEN'} satisfies PaginateOptions);
paginate(JSON.parse('{}'));
sync({...syncRest, accessToken});

let steps: PaginateOptions = {accessToken};
if (inboxId) {
	steps = {...steps, inboxId};
}

if (since) {
	steps = {...steps, sort: 'latestMessageTimestamp', latestMessageTimestampAfter: since};
}

paginate(steps);
const parameters: Parameters<typeof paginate>[0] = {accessToken};
paginate(parameters);
const toOptions = (id: string): PaginateOptions => ({accessToken, inboxId: id});
paginate({...toOptions('1'), ...resume});

interface Settings extends Omit<PaginateOptions, 'accessToken' | 'signal'> {
	readonly signal?: AbortSignal | undefined;
}

export class Client {
	private readonly connection: ConnectionOptions;

	constructor(connection: ConnectionOptions) {
		this.connection = connection;
	}

	threads(filters: Omit<PaginateOptions, keyof ConnectionOptions> = {}): AsyncGenerator<Thread, void> {
		return paginate({...this.connection, ...filters});
	}

	settings(settings: Settings): AsyncGenerator<Page, void> {
		return pages({...this.connection, ...settings});
	}
}

export function wrap<T>(options: PaginateOptions<T>): AsyncGenerator<T, void> {
	return paginate(options);
}

export function withToken<T>(
	options: Omit<PaginateOptions<T>, 'accessToken'>,
): AsyncGenerator<Page<T>, void> {
	return pages({...options, accessToken});
}

export async function* each<T>(options: SyncOptions<T>): AsyncGenerator<T, void> {
	for await (const {threads} of sync(options)) {
		yield* threads;
	}
}

// What is wrong however it is completed does not compile, whether or not it comes in a spread.
// @ts-expect-error
paginate({...connection, sort: 'latestMessageTimestamp'});
// @ts-expect-error
paginate({...connection, associatedContactId: 1, threadStatus: 'OPEN', inboxId: 2});
// @ts-expect-error
paginate({...connection, ...{associatedContactId: 1}});
// @ts-expect-error
paginate({...connection, inboxId: 1, ...{inboxID: 1}});
// @ts-expect-error
const _noBound: PaginateOptions = {accessToken, sort: 'latestMessageTimestamp'};
// @ts-expect-error
sync({...connection, associatedContactId: 1, threadStatus: 'OPEN', inboxId: 2});

// Without a `schema` the item is HubSpot's, whatever the place that it goes to would like.

interface Other {
	readonly id: number;
}

// @ts-expect-error
const _others: AsyncGenerator<Other> = paginate({accessToken});
// @ts-expect-error
const _otherPages: AsyncGenerator<Page<Other>> = pages({accessToken});
// @ts-expect-error
const _otherBatches: AsyncGenerator<Batch<Other>> = sync({accessToken});
// @ts-expect-error
const _otherArray: Promise<Other[]> = Array.fromAsync(paginate({accessToken}));
// @ts-expect-error
const _otherMessages: AsyncGenerator<Other> = paginateMessages({accessToken, threadId: 1});
// @ts-expect-error
const _otherInboxes: AsyncGenerator<Other> = paginateInboxes({accessToken});
// @ts-expect-error
const _otherActors: AsyncGenerator<Other> = readActors({accessToken, actorIds: []});
// @ts-expect-error
const _otherRead: AsyncGenerator<ReadThread<Other>> = readThreads({accessToken, threadIds: []});

export async function* others(): AsyncGenerator<Other> {
	// @ts-expect-error
	yield* paginate({accessToken});
}

export function returned(): AsyncGenerator<Other> {
	// @ts-expect-error
	return paginate({accessToken, inboxId: 1});
}

// sync() has its own options, and one inbox.

declare const checkpoint: Checkpoint;
sync({accessToken, checkpoint, since: bound, until: '2026-02-01', overlap: 0, concurrency: 1, pageSize: 5});
sync({accessToken, checkpoint: null, inboxId: '1', account: 7, throttle: {limit: 1}});
// @ts-expect-error: a thread enters and leaves a status without a message.
sync({accessToken, threadStatus: 'OPEN'});
// @ts-expect-error: a thread enters and leaves the archive without a message.
sync({accessToken, archived: true});
// @ts-expect-error: a contact's list has a status.
sync({accessToken, associatedContactId: 1});
sync({...{accessToken}, ...resume});
sync({accessToken, checkpoint: JSON.parse('{}')});
assert<Equal<typeof batches, AsyncGenerator<Batch, void>>>();
const batches = sync({accessToken});
// @ts-expect-error
sync({accessToken, inboxId: [1, 2]});
// @ts-expect-error
sync({accessToken, sort: 'id'});
// @ts-expect-error
sync({accessToken, after: 'abc'});
// @ts-expect-error
sync({accessToken, maxItems: 1});
// @ts-expect-error
sync({accessToken, latestMessageTimestampAfter: bound});
// @ts-expect-error
sync({accessToken, associatedContactId: 1});
// @ts-expect-error
sync({accessToken, checkpoint: 'abc'});

// What comes out.

const threads = paginate({accessToken});
assert<Equal<typeof threads, AsyncGenerator<Thread, void>>>();
const list = pages({accessToken});
assert<Equal<typeof list, AsyncGenerator<Page, void>>>();
assert<Equal<Page['threads'], readonly Thread[]>>();
assert<Equal<Page['observedAt'], Date>>();
assert<Equal<ThreadStatus, 'OPEN' | 'CLOSED'>>();
Readable.from(threads);

for await (const thread of threads) {
	assert<Equal<typeof thread, Thread>>();
	assert<Equal<typeof thread.id, string>>();
	// Statuses that HubSpot may add are no error.
	thread.status satisfies string;

	// A thread without a message has no timestamp.
	// @ts-expect-error
	Date.parse(thread.latestMessageTimestamp);

	// Threads are HubSpot's: they are not written to.
	// @ts-expect-error
	thread.status = 'CLOSED';
}

await using _disposable = threads;

// A schema types what comes out.

const schema = z.object({id: z.string(), createdAt: z.coerce.date(), spam: z.boolean().default(false)});
const checked = paginate({accessToken, schema});
assert<Equal<typeof checked, AsyncGenerator<{id: string; createdAt: Date; spam: boolean}, void>>>();
const transformed = paginate({...byTime, schema: z.object({id: z.string()}).transform(({id}) => BigInt(id))});
assert<Equal<typeof transformed, AsyncGenerator<bigint, void>>>();
const checkedPages = pages({...contact, ...resume, schema});
assert<Equal<typeof checkedPages, AsyncGenerator<Page<z.output<typeof schema>>, void>>>();

// A schema is a Standard Schema, not a function.
// @ts-expect-error
paginate({accessToken, schema: (thread: Thread) => thread});

// A schema must give what was promised.
// @ts-expect-error
paginate<Thread>({accessToken, schema: z.object({id: z.number()})});

// Errors are told apart by their class.

try {
	await threads.next();
} catch (error) {
	if (error instanceof RateLimitError) {
		assert<Equal<typeof error.policyName, string | undefined>>();
		assert<Equal<typeof error.retryAt, Date | undefined>>();
	} else if (error instanceof ResponseError) {
		assert<Equal<typeof error.status, number>>();
		assert<Equal<typeof error.category | typeof error.subCategory, string | undefined>>();
		assert<Equal<typeof error.correlationId, string | undefined>>();
		assert<Equal<typeof error.data, unknown>>();
	} else if (error instanceof CursorLoopError) {
		assert<Equal<typeof error.cursor, string>>();
	} else if (error instanceof PaginationError) {
		assert<Equal<typeof error.attempts, number>>();
		paginate({...byTime, ...error.resume});
	}
}

declare const errors: [RateLimitError, ResponseError, RequestError, MalformedPageError, CursorLoopError];
errors satisfies PaginationError[];
errors[0] satisfies ResponseError;

// A throttle can be one's own.

class OwnThrottle implements Throttle {
	async acquire({signal}: {readonly signal?: AbortSignal | undefined} = {}) {
		signal?.throwIfAborted();
	}

	async pause(_milliseconds: number) {}

	observe({limit, interval, remaining, dailyLimit, dailyRemaining}: RateLimit) {
		assert<Equal<typeof limit | typeof interval | typeof remaining, number | undefined>>();
		assert<Equal<typeof dailyLimit | typeof dailyRemaining, number | undefined>>();
	}
}

paginate({accessToken, throttle: new OwnThrottle()});
paginate({accessToken, throttle: {async acquire() {}, pause() {}}});
paginate({accessToken, throttle: createThrottle({limit: 5, interval: 1000})});
createThrottle() satisfies Throttle;

// A throttle must be able to pause: one 429 holds back all walks.
// @ts-expect-error
paginate({accessToken, throttle: {async acquire() {}}});

// A rate has a limit and an interval, no other words.
// @ts-expect-error
createThrottle({limit: 5, minTime: 1000});

// The embedded HubSpot.

const sandbox = createSandbox({threads: 10, spread: 'tail', cursor: 'offset', faults: {2: {status: 500}}});
assert<Equal<typeof sandbox, Sandbox>>();
paginate({accessToken: sandbox.accessToken, fetch: sandbox.fetch});
await using started = await startSandbox({
	threads: [],
	rateLimit: {limit: 10},
	latency: ({number}) => number,
	faults({parameters}): Fault | undefined {
		return parameters.has('after') ? {stall: 'body'} : undefined;
	},
});
assert<Equal<typeof started, StartedSandbox>>();
paginate({accessToken: started.accessToken, baseUrl: started.url});

// The log is the sandbox's.
// @ts-expect-error
sandbox.requests.push();

// A fault is one of those there are.
// @ts-expect-error
createSandbox({faults: {1: {explode: true}}});

// Messages: a union that stays open, and still narrows.

for await (const message of paginateMessages({accessToken, threadId: '8200000001'})) {
	assert<Equal<typeof message, Message>>();
	if (message.type === 'MESSAGE') {
		console.log(message.createdAt, message.direction, message.text);
		assert<Equal<typeof message.text, string>>();
		assert<Equal<NonNullable<typeof message.originalContent>['text'], string | null | undefined>>();
		// @ts-expect-error: there is no such field.
		message.txet;
		for (const attachment of message.attachments) {
			if (attachment.type === 'FILE') {
				assert<Equal<typeof attachment.fileId, string>>();
			} else if (attachment.type === 'SOMETHING_NEW') {
				assert<Equal<typeof attachment.anything, unknown>>();
			}
		}
	} else if (message.type === 'THREAD_STATUS_CHANGE') {
		assert<'CLOSED' extends typeof message.newStatus ? true : false>();
	} else if (message.type === 'SOMETHING_NEW') {
		assert<Equal<typeof message.createdAt, string>>();
		assert<Equal<typeof message.anything, unknown>>();
	}

	// @ts-expect-error: not every message has a text.
	message.text.length;
	switch (message.type) {
		case 'ASSIGNMENT':
			assert<Equal<typeof message.assignedTo, string | null | undefined>>();
			break;
		case 'COMMENT':
			assert<Equal<typeof message.richText, string>>();
			break;
		default:
			assert<Equal<typeof message.id, string>>();
	}
}

const written = {
	id: '1',
	conversationsThreadId: '2',
	createdAt: '2026-01-01T00:00:00.000Z',
	createdBy: 'V-1',
	senders: [],
	recipients: [],
} as const;
const made: readonly Message[] = [
	{...written, type: 'COMMENT', text: '', richText: '', attachments: []},
	{...written, type: 'ASSIGNMENT', assignedTo: 'A-1'},
];
// @ts-expect-error: a comment has a `richText`.
const incomplete: Message = {...written, type: 'COMMENT', text: ''};

export {incomplete, made};

paginateMessages({
	accessToken,
	threadId: 1,
	sort: 'createdAt',
	archived: true,
	originalContent: true,
	pageSize: 5,
});
paginateMessages({accessToken, threadId: 1, ...resume});
// @ts-expect-error: of which thread?
paginateMessages({accessToken});
// @ts-expect-error: HubSpot has two orders.
paginateMessages({accessToken, threadId: 1, sort: 'id'});
// @ts-expect-error: a filter of threads.
paginateMessages({accessToken, threadId: 1, inboxId: 1});

paginateInboxes({accessToken, archived: true, sort: ['name', '-createdAt']});
paginateChannels({accessToken, sort: 'name'});
paginateChannelAccounts({accessToken, inboxId: [1, '2'], channelId: 1000, archived: false});
// @ts-expect-error: channels cannot be archived.
paginateChannels({accessToken, archived: true});
// @ts-expect-error: of threads.
paginateInboxes({accessToken, threadStatus: 'OPEN'});
paginateInboxes({accessToken}) satisfies AsyncGenerator<Inbox, void>;

for await (const {id, thread, observedAt} of readThreads({
	accessToken,
	threadIds: [1, '2'],
	association: 'TICKET',
})) {
	assert<Equal<typeof id, string>>();
	assert<Equal<typeof thread, Thread | undefined>>();
	assert<Equal<typeof observedAt, Date>>();
}

readThreads({accessToken, threadIds: new Set(['1'])});
readThreads({accessToken, threadIds: (async function* () {})(), ...resume});
// @ts-expect-error: its characters are no ids.
readThreads({accessToken, threadIds: '123'});
// @ts-expect-error: a walk has pages, this has none.
readThreads({accessToken, threadIds: [], pageSize: 5});

readActors({accessToken, actorIds: ['A-1'], property: 'name'});
// @ts-expect-error: actor ids are strings, with a letter before the number.
readActors({accessToken, actorIds: [1]});
// @ts-expect-error: its characters are no ids.
readActors({accessToken, actorIds: 'A-1'});

// reconcile() takes one list, and what is known of it.

reconcile({accessToken, known: []}) satisfies AsyncGenerator<ReconcileBatch, void>;
reconcile({
	accessToken,
	known: new Set(['1']),
	threadStatus: 'OPEN',
	inboxId: 1,
	archived: true,
	pageSize: 5,
});
reconcile({accessToken, known: (async function* () {})(), associatedContactId: 1, threadStatus: 'CLOSED'});
reconcile({accessToken, known: [1], associatedTicketId: 2, association: 'TICKET', property: ['id']});
reconcile({...{accessToken, known: [1]}, ...resume});
// @ts-expect-error: without `known` it could not tell what has left the list.
reconcile({accessToken});
// @ts-expect-error: the characters of a string are no ids.
reconcile({accessToken, known: '123'});
// @ts-expect-error: each inbox is a list of its own.
reconcile({accessToken, known: [], inboxId: [1, 2]});
// @ts-expect-error: a contact requires `threadStatus`.
reconcile({accessToken, known: [], associatedContactId: 1});
// @ts-expect-error: a contact excludes inboxes.
reconcile({accessToken, known: [], associatedContactId: 1, threadStatus: 'OPEN', inboxId: 1});
// @ts-expect-error: it walks by id.
reconcile({accessToken, known: [], sort: 'id'});
// @ts-expect-error: it walks the whole list.
reconcile({accessToken, known: [], latestMessageTimestampAfter: bound});
// @ts-expect-error: there is no place to continue from.
reconcile({accessToken, known: [], after: 'abc'});
// @ts-expect-error: no more than a checkpoint.
reconcile({accessToken, known: [], checkpoint: undefined});

// sync() with messages has batches of its own.

sync({accessToken, messages: true}) satisfies AsyncGenerator<BatchWithMessages, void>;
sync({accessToken, messages: true, originalContent: true, checkpoint, inboxId: 1});
sync({accessToken, messages: false}) satisfies AsyncGenerator<Batch, void>;
for await (const {threads, messages} of sync({accessToken, messages: true})) {
	messages satisfies readonly Message[];
	threads satisfies readonly Thread[];
}

for await (const batch of sync({accessToken})) {
	// @ts-expect-error: without `messages: true` there are none.
	batch.messages;
}

// @ts-expect-error: it says whether, not which.
sync({accessToken, messages: ['MESSAGE']});
