/**
 * Exports every thread of a HubSpot account to a file, one JSON object a line:
 *
 *   HUBSPOT_ACCESS_TOKEN=… node examples/export-ndjson.ts [threads.ndjson]
 *
 * With a name that ends in .gz, such as threads.ndjson.gz, the file is compressed.
 *
 * Without a token it exports an embedded HubSpot, so that you can watch it work. Stop it at any moment, with Ctrl-C
 * or by pulling the plug, and run it again: it goes on where it stopped, and each thread is there once.
 */
import {pipeline} from 'node:stream/promises';
import {parseArgs, promisify} from 'node:util';
import {gzip} from 'node:zlib';
import {type Page, PaginationError, pages} from 'hubspot-threads';
import {connect} from './connect.ts';
import {describeError} from './describe-error.ts';
import {sandboxOptions} from './embedded-hubspot.ts';
import {interruptSignal} from './interrupt.ts';
import {count, createProgress} from './progress.ts';
import {type Chunk, openResumable} from './resumable-file.ts';

const {
	positionals: [output = 'threads.ndjson'],
} = parseArgs({allowPositionals: true});
const isCompressed = output.endsWith('.gz');

const interrupt = interruptSignal();
const {isEmbedded, source, connection, close} = await connect(sandboxOptions);
const progress = createProgress();
let file: Awaited<ReturnType<typeof openResumable>> | undefined;
try {
	file = await openResumable(output, source);
	greet();
	progress.start(file.position.threads);
	// The signal stops the walk, not the pipeline: a page that is being written is written to its end.
	await pipeline(
		pages({...connection, ...file.position.resume, ...progress.callbacks, signal: interrupt}),
		serialize,
		file.append,
	);
	await file.finish();
	progress.stop();
	const {threads, pages: pageCount} = file.position;
	console.log(`\n${output} is complete: ${count(threads)} threads on ${count(pageCount)} pages`);
	console.log(`This run: ${progress.summary()}`);
} catch (error) {
	progress.stop();
	console.error(explain(error));
	process.exitCode = interrupt.aborted ? interrupt.reason : 1;
} finally {
	await file?.close();
	await close();
}

/** A page is a gzip member of its own: members may follow one another, and a file can be cut between two. */
async function* serialize(pages: AsyncIterable<Page>): AsyncGenerator<Chunk> {
	for await (const {threads, resume} of pages) {
		const lines = Buffer.from(threads.map(thread => `${JSON.stringify(thread)}\n`).join(''));
		const bytes = isCompressed ? await promisify(gzip)(lines) : lines;
		yield {bytes, threads: threads.length, resume};
	}
}

function greet() {
	console.log(`Exporting every thread of ${isEmbedded ? '' : 'your account at '}${source} to ${output}.`);
	if (isEmbedded) {
		console.log('HUBSPOT_ACCESS_TOKEN is not set: with it, this exports your own account.');
		console.log('It limits the rate, and some of its answers are faulty on purpose.');
	}

	console.log(
		file?.position.resume
			? `Going on after ${count(file.position.threads)} threads of an earlier run.\n`
			: 'Stop it with Ctrl-C and run it again: it goes on.\n',
	);
}

/** One line: what happened, and what to do. */
function explain(error: unknown) {
	const {resume, threads} = file?.position ?? {};
	const runAgain = `Run the same command again${resume ? ` to go on after ${count(threads ?? 0)} threads` : ''}`;
	if (interrupt.aborted) {
		return `Interrupted. ${runAgain}.`;
	}

	const message = describeError(error);
	return resume || error instanceof PaginationError
		? `${message} ${runAgain}${resume ? `, or remove ${file?.positionFile} first to start over` : ''}.`
		: message;
}
