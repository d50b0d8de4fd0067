import {createThrottle} from 'hubspot-threads';
import {accountId} from '../account-id.ts';
import {connect} from '../connect.ts';
import {describeError} from '../describe-error.ts';
import {calm, embeddedHubspot} from '../embedded-hubspot.ts';
import {interruptSignal} from '../interrupt.ts';
import {count, counted, createProgress, seconds} from '../progress.ts';
import {type Arguments, help, readArguments} from './arguments.ts';
import {refuseOtherAccount} from './checkpoint.ts';
import {createTables} from './create.ts';
import type {Database} from './database.ts';
import {readDueMessages} from './due-messages.ts';
import type {Job} from './job.ts';
import {readLists} from './lists.ts';
import {runPass} from './passes.ts';
import {loadSync} from './store.ts';
import {summarize} from './summary.ts';
import {syncThreads} from './sync-step.ts';
import {add, nothing} from './tally.ts';

/** A command that copies an account into a database of one kind. */
export interface Command {
	/** As it is typed. */
	readonly name: string;
	/** Where the database is, unless the command line says otherwise. */
	readonly place: string;
	/** Ends the help. */
	readonly help: string;
	open(place: string): Promise<Database>;
	/** What is done with a copy that is up to date; returns what to print, if anything. */
	finish?(database: Database, account: string, place: string): Promise<string | undefined>;
}

/** Runs it as its command line says. */
export async function runCommand(command: Command): Promise<void> {
	let given: Arguments | 'help';
	try {
		given = readArguments(command.place);
	} catch (error) {
		console.error(`${(error as Error).message}. See --help.`);
		process.exitCode = 1;
		return;
	}

	if (given === 'help') {
		console.log(help(command.name, command.place, command.help).trim());
	} else {
		await copy(command, given);
	}
}

async function copy(command: Command, {place, account: named, passes, isOnlyComparing}: Arguments) {
	const signal = interruptSignal();
	const {options, live} = embeddedHubspot(calm, {rateLimit: {limit: 1000, interval: 5000}});
	const hubspot = await connect(options, live);
	let doing = 'begins';
	const progress = createProgress(() => `${doing}, ${counted(requests, 'request')}`);
	let requests = 0;
	const throttle = createThrottle();
	const connection = {
		...hubspot.connection,
		// A hundred requests wait for the throttle at once: that is no news.
		onRetry: progress.notices.onRetry,
		signal,
		throttle,
		fetch(request: Request) {
			requests++;
			return fetch(request);
		},
	};
	let database: Database | undefined;
	try {
		const account = await accountId(hubspot, {expected: named, throttle, signal});
		database = await command.open(place);
		await createTables(database);
		await refuseOtherAccount(database, account, named !== undefined);
		await database.lock(account, isOnlyComparing ? 'compare' : 'copy');
		console.log(`Copying account ${account} of ${hubspot.source} into ${database.name}.`);
		if (hubspot.isEmbedded) {
			console.log('HUBSPOT_ACCESS_TOKEN is not set: with it, this copies your own account.');
		}

		const isFirst = (await loadSync(database, account)) === undefined;
		console.log(
			isFirst && !isOnlyComparing ? 'A first run: everything.\n' : 'What has changed since the last run.\n',
		);
		progress.start();
		const job: Job = {
			database,
			account,
			connection,
			say(what) {
				doing = what;
			},
		};
		const lines = await takeSteps(job, passes, isOnlyComparing);
		const finished = await command.finish?.(database, account, place);
		progress.stop();
		console.log([...lines, '', ...(await summarize(database, account))].join('\n'));
		if (finished !== undefined) {
			console.log(`\n${finished}`);
		}

		console.log(`This run: ${counted(requests, 'request')}, ${seconds(progress.elapsed())}`);
	} catch (error) {
		progress.stop();
		const what = signal.aborted ? 'Interrupted.' : describeError(error);
		console.error(`${what} Run the same command again to go on.`);
		process.exitCode = signal.aborted ? signal.reason : 1;
	} finally {
		await database?.close();
		await hubspot.close();
	}
}

/** One after the other: each leaves the database whole. */
async function takeSteps(job: Job, passes: Arguments['passes'], isOnlyComparing: boolean) {
	const lines: string[] = [];
	let stored = isOnlyComparing ? nothing : await syncThreads(job);
	if (!isOnlyComparing) {
		lines.push(`got a message   ${counted(stored.newThreads + stored.changedThreads, 'thread')}`);
	}

	for (const pass of passes) {
		const compared = await runPass(job, pass);
		stored = add(stored, compared);
		const {newThreads, changedThreads, goneThreads} = compared;
		lines.push(
			`compared ${pass.padEnd(6)} ${counted(newThreads, 'new thread')}, ${count(changedThreads)} changed, ${count(goneThreads)} gone`,
		);
	}

	const due = await readDueMessages(job);
	lines.push(`read again      the messages of ${counted(due.threads, 'thread')}`);
	if (!isOnlyComparing) {
		const lists = await readLists(job);
		lines.push(
			lists
				? `named           ${counted(lists.actors, 'actor')}, ${count(lists.inboxes)} inboxes, ${count(lists.channels)} channels, ${count(lists.channelAccounts)} channel accounts`
				: 'named           nothing: once a day is enough',
		);
	}

	const messages = stored.messages + due.messages;
	lines.push(
		`in this run     ${counted(stored.newThreads, 'new thread')}, ${count(stored.changedThreads)} changed, ` +
			`${count(stored.goneThreads)} gone, ${counted(messages, 'message')} new or changed`,
	);
	return lines;
}
