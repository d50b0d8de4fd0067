/**
 * Exports every thread of a HubSpot account to threads.ndjson, one JSON object a line:
 *
 *   HUBSPOT_ACCESS_TOKEN=… node export-ndjson.ts
 *
 * (HUBSPOT_BASE_URL is for another server than HubSpot's own, such as a sandbox of yours.)
 *
 * Without a token it exports an embedded HubSpot, so that you can watch it work. Stop it at any moment, with Ctrl-C
 * or by pulling the plug, and run it again: it goes on where it stopped, and each thread is there once.
 */
import {existsSync} from 'node:fs';
import {type FileHandle, open, readFile, rename, rm, stat, writeFile} from 'node:fs/promises';
import {PaginationError, pages, ResponseError, type Resume} from 'hubspot-threads';
import {startSandbox} from 'hubspot-threads/sandbox';
import {sandboxOptions} from './embedded-hubspot.ts';
import {count, createProgress} from './progress.ts';

const output = 'threads.ndjson';
const positionFile = `${output}.position.json`;

/** How far the export has come. */
interface Position {
	/** Where from. It does not tell two accounts apart: only their tokens do, and no token belongs into a file. */
	readonly source: string;
	readonly resume?: Resume;
	/** The length of the output; what is beyond it was written by a run that was killed before it wrote this. */
	readonly bytes: number;
	readonly threads: number;
	readonly pages: number;
}

const {HUBSPOT_ACCESS_TOKEN = '', HUBSPOT_BASE_URL = 'https://api.hubapi.com'} = process.env;
const sandbox = HUBSPOT_ACCESS_TOKEN === '' ? await startSandbox(sandboxOptions) : undefined;
const source = sandbox ? 'the embedded HubSpot' : HUBSPOT_BASE_URL;
const connection = {
	accessToken: sandbox?.accessToken ?? HUBSPOT_ACCESS_TOKEN,
	baseUrl: sandbox?.url ?? HUBSPOT_BASE_URL,
};

const stop = new AbortController();
for (const [signal, exitCode] of Object.entries({SIGINT: 130, SIGTERM: 143})) {
	// Not `once`: npm passes Ctrl-C on, so it comes twice, and the second would kill us while we tidy up.
	process.on(signal, () => stop.abort(exitCode));
}

const progress = createProgress();
let position: Position = {source, bytes: 0, threads: 0, pages: 0};
let file: FileHandle | undefined;
try {
	position = await readPosition(position);
	greet();
	progress.start(position.threads);
	const walk = pages({...connection, ...position.resume, ...progress.callbacks, signal: stop.signal});
	for await (const {threads, resume} of walk) {
		// Not before the first page: a run that gets none, for a bad token say, leaves the last export as it is.
		file ??= await openAt(position.bytes);
		const lines = threads.map(thread => `${JSON.stringify(thread)}\n`).join('');
		await file.appendFile(lines);
		// The position must never be ahead of the lines, not even when the power fails.
		await file.datasync();
		position = {
			source,
			bytes: position.bytes + Buffer.byteLength(lines),
			threads: position.threads + threads.length,
			pages: position.pages + 1,
			...(resume && {resume}),
		};
		if (resume) {
			await savePosition(position);
		}
	}

	await rm(positionFile, {force: true});
	progress.stop();
	console.log(
		`\n${output} is complete: ${count(position.threads)} threads on ${count(position.pages)} pages`,
	);
	console.log(`This run: ${progress.summary()}`);
} catch (error) {
	progress.stop();
	console.error(explain(error));
	process.exitCode = stop.signal.aborted ? stop.signal.reason : 1;
} finally {
	await file?.close();
	await sandbox?.close();
}

function greet() {
	console.log(`Exporting every thread of ${sandbox ? '' : 'your account at '}${source} to ${output}.`);
	if (sandbox) {
		console.log('HUBSPOT_ACCESS_TOKEN is not set: with it, this exports your own account.');
		console.log('It limits the rate, and some of its answers are faulty on purpose.');
	}

	console.log(
		position.resume
			? `Going on after ${count(position.threads)} threads of an earlier run.\n`
			: 'Stop it with Ctrl-C and run it again: it goes on.\n',
	);
}

/** One line: what happened, and what to do. */
function explain(error: unknown) {
	const {resume, threads} = position;
	const runAgain = `Run the same command again${resume ? ` to go on after ${count(threads)} threads` : ''}`;
	if (stop.signal.aborted) {
		return `Interrupted. ${runAgain}.`;
	}

	const message = String(error instanceof Error ? error.message : error).replaceAll(/\s+/g, ' ');
	if (!resume && !(error instanceof PaginationError)) {
		return message;
	}

	const isRefused = error instanceof ResponseError && [401, 403].includes(error.status);
	return [
		message.replace(/\.?$/, '.'),
		...(isRefused ? ['Put a token with the scope conversations.read into HUBSPOT_ACCESS_TOKEN.'] : []),
		`${runAgain}${resume ? `, or remove ${positionFile} first to start over` : ''}.`,
	].join(' ');
}

async function readPosition(start: Position): Promise<Position> {
	if (!existsSync(positionFile)) {
		return start;
	}

	const position: Position = JSON.parse(await readFile(positionFile, 'utf8'));
	if (position.source !== source) {
		throw new Error(
			`${output} is an unfinished export of ${position.source}, not of ${source}. Remove ${positionFile} to start over.`,
		);
	}

	if (!existsSync(output) || (await stat(output)).size < position.bytes) {
		throw new Error(`${output} has lost some of its threads. Remove ${positionFile} to start over.`);
	}

	return position;
}

async function openAt(bytes: number) {
	const file = await open(output, 'a');
	await file.truncate(bytes);
	return file;
}

/** Under another name first: who is killed while writing leaves the last position whole. */
async function savePosition(position: Position) {
	await writeFile(`${positionFile}.new`, JSON.stringify(position), {flush: true});
	await rename(`${positionFile}.new`, positionFile);
}
