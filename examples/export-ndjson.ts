/**
 * Exports every thread of a HubSpot account to a file, one JSON object a line, and with --messages their messages too:
 *
 *   HUBSPOT_ACCESS_TOKEN=… npm start [-- --messages] [threads.ndjson]
 *
 * With a name that ends in .gz, such as threads.ndjson.gz, the files are compressed.
 *
 * Without a token it exports an embedded HubSpot, so that you can watch it work. Stop it at any moment, with Ctrl-C
 * or by pulling the plug, and run it again: it goes on where it stopped, and each thread is there once.
 */
import {basename, dirname, join} from 'node:path';
import {pipeline} from 'node:stream/promises';
import {parseArgs, promisify} from 'node:util';
import {gzip} from 'node:zlib';
import {createThrottle, type Page, type PageEvent, PaginationError, pages} from 'hubspot-threads';
import {accountId} from './account-id.ts';
import {connect, hubspotSource} from './connect.ts';
import {describeError} from './describe-error.ts';
import {busy, calm, embeddedHubspot} from './embedded-hubspot.ts';
import {interruptSignal} from './interrupt.ts';
import {lockFile} from './lock-file.ts';
import {count, counted, createProgress, seconds} from './progress.ts';
import {readMessages} from './read-messages.ts';
import {type Chunk, type Counts, openResumable} from './resumable-files.ts';

const help = `
Exports every thread of a HubSpot account to a file, one JSON object a line.
Stop it at any moment, and run it again to go on.

  npm start [-- [options] [threads.ndjson]]

  --messages            the messages too, in a file beside it: messages.ndjson
  --account ID          the account that the token must belong to
  -h, --help            this

  A name that ends in .gz makes compressed files.
  HUBSPOT_ACCESS_TOKEN  with the scope conversations.read; without it, an embedded HubSpot is exported`;

const given = readArguments();
if (given?.help) {
	console.log(help.trim());
} else if (given) {
	await exportThreads(given);
}

function readArguments() {
	try {
		const {values, positionals} = parseArgs({
			allowPositionals: true,
			options: {
				help: {type: 'boolean', short: 'h'},
				messages: {type: 'boolean', default: false},
				account: {type: 'string'},
			},
		});
		if (positionals.length > 1) {
			throw new TypeError('One file at a time');
		}

		const [output = 'threads.ndjson'] = positionals;
		return {...values, outputs: [output, ...(values.messages ? [besideThreads(output)] : [])]};
	} catch (error) {
		console.error(`${(error as Error).message}. See --help.`);
		process.exitCode = 1;
		return undefined;
	}
}

/** `messages.ndjson` for `threads.ndjson`, and `my.messages.ndjson` for `my.ndjson`. */
function besideThreads(output: string): string {
	const name = basename(output);
	const beside = name.startsWith('threads.')
		? name.replace('threads', 'messages')
		: name.replace(/(?:\.ndjson)?(?:\.gz)?$/, '.messages$&');
	return join(dirname(output), beside);
}

async function exportThreads({
	outputs,
	messages: withMessages,
	account: named,
}: {
	readonly outputs: readonly string[];
	readonly messages: boolean;
	readonly account?: string | undefined;
}) {
	const interrupt = interruptSignal();
	const names = outputs.join(' and ');
	const {isEmbedded, source} = hubspotSource();
	console.log(`Exporting every thread of ${isEmbedded ? '' : 'your account at '}${source} to ${names}.`);
	const ends: Array<() => Promise<unknown>> = [];
	let file: Awaited<ReturnType<typeof openResumable>> | undefined;
	let before: Counts = {threads: 0, messages: 0, pages: 0};
	let event: PageEvent = {pages: 0, items: 0, requests: 0, retries: 0};
	const throttle = createThrottle();
	let requests = 0;
	let retries = 0;
	const progress = createProgress(() => describe(' in all'));
	try {
		for (const output of outputs) {
			ends.unshift(await lockFile(output, output));
		}

		const {options, live} = withMessages
			? embeddedHubspot(calm, {rateLimit: {limit: 1000, interval: 5000}})
			: embeddedHubspot(busy, {rateLimit: {limit: 30, interval: 4000}, holds: 25_000});
		const hubspot = await connect(options, live);
		ends.unshift(hubspot.close);
		const account = await accountId(hubspot, {expected: named, throttle, signal: interrupt});
		const opened = await openResumable(outputs, {source, account});
		file = opened;
		ends.unshift(opened.close);
		before = opened.position.counts;
		greet(isEmbedded, before);
		progress.start();
		const connection = {
			...hubspot.connection,
			throttle,
			onRetry(retry: Parameters<typeof progress.notices.onRetry>[0]) {
				retries++;
				progress.notices.onRetry(retry);
			},
			// With messages, a hundred requests wait at once.
			...(withMessages ? {} : {onThrottle: progress.notices.onThrottle}),
			fetch(request: Request) {
				requests++;
				return fetch(request);
			},
		};
		// The signal stops the walk, not the pipeline: a page that is being written is written to its end.
		const walk = pages({
			...connection,
			...opened.position.resume,
			signal: interrupt,
			// Who is killed while the messages of a page are read reads them again.
			pageSize: withMessages ? 100 : 500,
			onPage(next) {
				if (next.items === event.items) {
					progress.note('empty page', 'only a missing cursor is the end');
				}

				event = next;
			},
		});
		const messagesOf = (ids: readonly string[]) =>
			readMessages({...connection, signal: interrupt, sort: 'createdAt'}, ids);
		await pipeline(walk, pages => serialize(pages, withMessages ? messagesOf : undefined), opened.append);
		await opened.finish();
		progress.stop();
		const {counts} = opened.position;
		console.log(
			`\n${names} ${outputs.length > 1 ? 'are' : 'is'} complete: ${countsOf(counts)} on ${counted(counts.pages, 'page')}`,
		);
		const took = progress.elapsed();
		const rate = count((done().threads * 1000) / took);
		console.log(`This run: ${describe('')}, ${count(retries)} retries, ${seconds(took)}, ${rate} threads/s`);
	} catch (error) {
		progress.stop();
		console.error(explain(error));
		process.exitCode = interrupt.aborted ? interrupt.reason : 1;
	} finally {
		for (const end of ends) {
			await end();
		}
	}

	/** What this run has written. */
	function done(): Counts {
		const {threads, messages, pages} = file?.position.counts ?? before;
		return {
			threads: threads - before.threads,
			messages: messages - before.messages,
			pages: pages - before.pages,
		};
	}

	function countsOf({threads, messages}: Counts): string {
		return `${count(threads)} threads${withMessages ? `, ${count(messages)} messages` : ''}`;
	}

	/** Of this run; with the totals of all runs first, if they are others and somebody wants them. */
	function describe(inAll: string): string {
		const run = done();
		const now = `${countsOf(run)}, ${count(run.pages)} pages, ${count(requests)} requests`;
		return inAll && before.pages > 0
			? `${countsOf(file?.position.counts ?? before)}${inAll}; this run: ${now}`
			: now;
	}

	/** One line: what happened, and what to do. */
	function explain(error: unknown) {
		const {resume, counts} = file?.position ?? {};
		const goOn = resume ? ` to go on after ${counted(counts?.threads ?? 0, 'thread')}` : '';
		const runAgain = `Run the same command again${goOn}`;
		if (interrupt.aborted) {
			return `Interrupted. ${runAgain}.`;
		}

		const message = describeError(error);
		return resume || error instanceof PaginationError || message.endsWith('HUBSPOT_ACCESS_TOKEN.')
			? `${message} ${runAgain}${resume ? `, or remove ${file?.positionFile} first to start over` : ''}.`
			: message;
	}
}

/** A page is a gzip member of its own: members may follow one another, and a file can be cut between two. */
async function* serialize(
	pages: AsyncIterable<Page>,
	messagesOf: ((threadIds: readonly string[]) => ReturnType<typeof readMessages>) | undefined,
): AsyncGenerator<Chunk> {
	for await (const {threads, resume} of pages) {
		const messages = (await messagesOf?.(threads.map(({id}) => id)))?.flat();
		const bytes = await Promise.all([threads, ...(messages ? [messages] : [])].map(toBytes));
		yield {bytes, threads: threads.length, messages: messages?.length ?? 0, resume};
	}
}

async function toBytes(items: readonly unknown[]): Promise<Uint8Array> {
	const lines = Buffer.from(items.map(item => `${JSON.stringify(item)}\n`).join(''));
	return given?.outputs[0]?.endsWith('.gz') ? promisify(gzip)(lines) : lines;
}

function greet(isEmbedded: boolean, {threads}: Counts) {
	if (isEmbedded) {
		console.log('HUBSPOT_ACCESS_TOKEN is not set: with it, this exports your own account.');
		console.log('It limits the rate, and some of its answers are faulty on purpose.');
	}

	console.log(
		threads > 0
			? `Going on after ${counted(threads, 'thread')} of an earlier run.\n`
			: 'Stop it with Ctrl-C and run it again: it goes on.\n',
	);
}
