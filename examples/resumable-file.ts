import {existsSync} from 'node:fs';
import {type FileHandle, open, readFile, rename, rm, stat, writeFile} from 'node:fs/promises';
import type {Resume} from 'hubspot-threads';

/** How far an export has come. */
export interface Position {
	/** Where from. It does not tell two accounts apart: only their tokens do, and no token belongs into a file. */
	readonly source: string;
	readonly resume?: Resume;
	/** The length of the output; what is beyond it was written by a run that was killed before it wrote this. */
	readonly bytes: number;
	readonly threads: number;
	readonly pages: number;
}

/** What is appended at once: a page, and what goes on after it. */
export interface Chunk {
	readonly bytes: Uint8Array;
	readonly threads: number;
	readonly resume: Resume | undefined;
}

/** A file that grows chunk by chunk. Killed at any moment and opened again, it goes on after its last whole one. */
export async function openResumable(output: string, source: string) {
	const positionFile = `${output}.position.json`;
	let position: Position = (await readPosition()) ?? {source, bytes: 0, threads: 0, pages: 0};
	let file: FileHandle | undefined;

	async function readPosition() {
		if (!existsSync(positionFile)) {
			return;
		}

		const saved: Position = JSON.parse(await readFile(positionFile, 'utf8'));
		const startOver = `Remove ${positionFile} to start over.`;
		if (saved.source !== source) {
			throw new Error(`${output} is an unfinished export of ${saved.source}, not of ${source}. ${startOver}`);
		}

		if (!existsSync(output) || (await stat(output)).size < saved.bytes) {
			throw new Error(`${output} has lost some of its threads. ${startOver}`);
		}

		return saved;
	}

	/** Under another name first: who is killed while writing leaves the last position whole. */
	async function savePosition() {
		await writeFile(`${positionFile}.new`, JSON.stringify(position), {flush: true});
		await rename(`${positionFile}.new`, positionFile);
	}

	async function openAt(bytes: number) {
		const opened = await open(output, 'a');
		await opened.truncate(bytes);
		return opened;
	}

	return {
		positionFile,
		get position() {
			return position;
		},
		async append(chunks: AsyncIterable<Chunk>) {
			for await (const {bytes, threads, resume} of chunks) {
				// Not before the first page: a run that gets none, for a bad token say, leaves the last export as it is.
				file ??= await openAt(position.bytes);
				await file.appendFile(bytes);
				// The position must never be ahead of the bytes, not even when the power fails.
				await file.datasync();
				position = {
					source,
					bytes: position.bytes + bytes.length,
					threads: position.threads + threads,
					pages: position.pages + 1,
					...(resume && {resume}),
				};
				if (resume) {
					await savePosition();
				}
			}
		},
		/** The whole export is there: the next run starts a new one. */
		finish: () => rm(positionFile, {force: true}),
		close: () => file?.close(),
	};
}
