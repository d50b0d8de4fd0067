import {refuse} from './rules.ts';

/**
 * How far a `sync()` has come: plain JSON, to be stored with the threads of its batch, and given back as it is.
 * Times are in milliseconds since 1970, of HubSpot's clock.
 */
export interface Checkpoint {
	/** The version of this format: a release that cannot read it refuses it. */
	readonly version: 1;
	/** The filters and the account that it belongs to. */
	readonly scope: Scope;
	/** The next run begins here, less the `overlap`. */
	readonly watermark: number;
	/** Of a sync with messages. */
	readonly messages?: {
		/** The first run's `since`: what was last written to before it was not handed over. */
		readonly since: number;
		/** In the run that has not ended yet, older messages are known; absent in a first run, which takes all. */
		readonly from?: number;
	};
	/** The run that has not ended yet. */
	readonly run?: {
		/** When it began. */
		readonly startedAt: number;
		/** The time that it reads from; `progress` counts from there. */
		readonly from: number;
		/** What is still to be read; the last one ends with the list. */
		readonly ranges: ReadonlyArray<readonly [at: number, until: number | null]>;
	};
}

/** Which list is synced: the names and values of its filters, and `account`. */
export type Scope = Readonly<Record<string, string>>;

const version = 1;

/** @throws {TypeError} if it is malformed, of another version or of another scope. */
export function parseCheckpoint(value: unknown, scope: Scope): Checkpoint | undefined {
	if (value === undefined || value === null) {
		return undefined;
	}

	const checkpoint = value as Checkpoint;
	if (typeof value !== 'object' || !('version' in value)) {
		refuse('checkpoint', 'must be a checkpoint of `sync()`, as it was handed over');
	}

	if (checkpoint.version !== version) {
		refuse('checkpoint', `must be of version ${version}, the one that this release of hubspot-threads reads`);
	}

	if (!isWhole(checkpoint)) {
		refuse('checkpoint', 'is malformed: it must be stored and given back as it was handed over');
	}

	for (const name of new Set([...Object.keys(scope), ...Object.keys(checkpoint.scope)])) {
		if (scope[name] !== checkpoint.scope[name]) {
			refuse(
				'checkpoint',
				`belongs to a sync with another \`${name}\`: each list has a checkpoint of its own`,
			);
		}
	}

	return checkpoint;
}

export function createCheckpoint(
	scope: Scope,
	watermark: number,
	{messages, run}: Pick<Checkpoint, 'messages' | 'run'>,
): Checkpoint {
	return {version, scope, watermark, ...(messages && {messages}), ...(run && {run})};
}

function isWhole({scope, watermark, messages, run}: Checkpoint): boolean {
	return (
		isObject(scope) &&
		Object.values(scope).every(value => typeof value === 'string') &&
		isTime(watermark) &&
		(messages === undefined
			? !('messages' in scope)
			: isObject(messages) &&
				isTime(messages.since) &&
				(messages.from === undefined || isTime(messages.from))) &&
		(run === undefined ||
			(isObject(run) &&
				isTime(run.startedAt) &&
				isTime(run.from) &&
				Array.isArray(run.ranges) &&
				run.ranges.length > 0 &&
				run.ranges.every(isRange) &&
				// Two would read the end of the list twice, and one of them before the rest is done.
				run.ranges.filter(([, until]) => until === null).length <= 1))
	);
}

function isRange(range: unknown): boolean {
	const [at, until] = Array.isArray(range) ? range : [];
	return isTime(at) && (until === null || isTime(until));
}

const isTime = (value: unknown) => Number.isSafeInteger(value);
const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
