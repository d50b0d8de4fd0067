import {existsSync} from 'node:fs';
import {type FileHandle, open, readFile, rename, rm, stat, writeFile} from 'node:fs/promises';
import {crc32} from 'node:zlib';
import type {Resume} from 'hubspot-threads';

/** Where an export comes from. */
export interface Origin {
	readonly source: string;
	readonly account: string;
}

/** How far an export has come. */
export interface Position extends Origin {
	readonly resume?: Resume;
	/** By name: what is beyond the length was written by a run that was killed before it wrote this. */
	readonly files: Readonly<Record<string, {readonly bytes: number; readonly crc: number}>>;
	readonly counts: Counts;
}

export interface Counts {
	readonly threads: number;
	readonly messages: number;
	readonly pages: number;
}

/** What is appended at once: a page, and what goes on after it. */
export interface Chunk {
	/** For each file, in the order of the files. */
	readonly bytes: readonly Uint8Array[];
	readonly threads: number;
	readonly messages: number;
	readonly resume: Resume | undefined;
}

/**
 * Files that grow chunk by chunk, with one position for all of them. Killed at any moment and opened again, they go on
 * after their last whole chunk.
 *
 * @throws {Error} that names the file which is not as the last run left it, and what to do.
 */
export async function openResumable(outputs: readonly string[], origin: Origin) {
	const positionFile = `${outputs[0]}.position.json`;
	const startOver = `Remove ${positionFile} to start over.`;
	let position: Position = (await readPosition()) ?? {
		...origin,
		files: Object.fromEntries(outputs.map(output => [output, {bytes: 0, crc: 0}])),
		counts: {threads: 0, messages: 0, pages: 0},
	};
	let files: readonly FileHandle[] | undefined;

	async function readPosition(): Promise<Position | undefined> {
		if (!existsSync(positionFile)) {
			return;
		}

		const saved = parsePosition(await readFile(positionFile, 'utf8'));
		if (!saved) {
			throw new Error(`${positionFile} is not as it was written. ${startOver}`);
		}

		for (const what of ['source', 'account'] as const) {
			if (saved[what] !== origin[what]) {
				const prefix = what === 'account' ? 'account ' : '';
				throw new Error(
					`${outputs[0]} is an unfinished export of ${prefix}${saved[what]}, not of ${prefix}${origin[what]}. ${startOver}`,
				);
			}
		}

		if (Object.keys(saved.files).join() !== outputs.join()) {
			const names = Object.keys(saved.files).join(' and ');
			throw new Error(
				`There is an unfinished export to ${names}, not to ${outputs.join(' and ')}. ${startOver}`,
			);
		}

		for (const [output, {bytes, crc}] of Object.entries(saved.files)) {
			if (bytes > 0 && (!existsSync(output) || (await stat(output)).size < bytes)) {
				throw new Error(`${output} has lost some of its lines. ${startOver}`);
			}

			if (bytes > 0 && (await checksum(output, bytes)) !== crc) {
				throw new Error(`${output} was changed since the last run. ${startOver}`);
			}
		}

		return saved;
	}

	/** Under another name first: who is killed while writing leaves the last position whole. */
	async function savePosition() {
		await writeFile(`${positionFile}.new`, JSON.stringify(position), {flush: true});
		await rename(`${positionFile}.new`, positionFile);
	}

	async function append(file: FileHandle, output: string, bytes: Uint8Array) {
		const before = position.files[output] ?? {bytes: 0, crc: 0};
		if ((await file.stat()).size !== before.bytes) {
			throw new Error(`${output} is being written to by something else`);
		}

		await file.appendFile(bytes);
		// The position must never be ahead of the bytes, not even when the power fails.
		await file.datasync();
		return [output, {bytes: before.bytes + bytes.length, crc: crc32(bytes, before.crc)}] as const;
	}

	return {
		positionFile,
		get position() {
			return position;
		},
		async append(chunks: AsyncIterable<Chunk>) {
			for await (const {bytes, threads, messages, resume} of chunks) {
				// Not before the first page: a run that gets none, for a bad token say, leaves the last export as it is.
				files ??= await Promise.all(
					outputs.map(output => openAt(output, position.files[output]?.bytes ?? 0)),
				);
				const written = [];
				for (const [index, file] of files.entries()) {
					written.push(await append(file, outputs[index] as string, bytes[index] as Uint8Array));
				}

				const {counts} = position;
				position = {
					...origin,
					files: Object.fromEntries(written),
					counts: {
						threads: counts.threads + threads,
						messages: counts.messages + messages,
						pages: counts.pages + 1,
					},
					...(resume && {resume}),
				};
				if (resume) {
					await savePosition();
				}
			}
		},
		/** The whole export is there: the next run starts a new one. */
		finish: () => rm(positionFile, {force: true}),
		close: async () => {
			await Promise.all(files?.map(file => file.close()) ?? []);
		},
	};
}

async function openAt(output: string, bytes: number): Promise<FileHandle> {
	const file = await open(output, 'a');
	await file.truncate(bytes);
	return file;
}

/** Of the first `bytes` of a file. */
async function checksum(output: string, bytes: number): Promise<number> {
	const file = await open(output);
	let crc = 0;
	for await (const chunk of file.createReadStream({end: bytes - 1})) {
		crc = crc32(chunk, crc);
	}

	return crc;
}

/** `undefined` for what is cut, or of another release. */
function parsePosition(text: string): Position | undefined {
	try {
		const {source, account, files, counts, resume}: Position = JSON.parse(text);
		const isWhole =
			typeof source === 'string' &&
			typeof account === 'string' &&
			typeof resume === 'object' &&
			Object.values(files).every(
				({bytes, crc}) => Number.isSafeInteger(bytes) && Number.isSafeInteger(crc),
			) &&
			[counts.threads, counts.messages, counts.pages].every(Number.isSafeInteger);
		return isWhole ? {source, account, files, counts, resume} : undefined;
	} catch {
		return undefined;
	}
}
