import {type Actor, actorsPath} from '../lists/actor.ts';
import {parseProperty} from '../lists/values.ts';
import {type ConnectionOptions, connectionOptions, parseConnection} from '../request/connection.ts';
import {parseObject} from '../request/object.ts';
import type {Parameter} from '../request/parameters.ts';
import {createRead, type Read} from '../request/read.ts';
import {refuse, refuseUnknown, wholeNumber} from '../rules.ts';
import {createParseItems, type ItemOf, type SchemaOption} from '../walk/schema.ts';
import {asAbsence} from './absence.ts';
import {parseActorBatch} from './actor-batch.ts';
import {type Ids, parseIds} from './ids.ts';
import {readInOrder} from './read-in-order.ts';

/** Which actors to read. */
export interface ReadActorsFilter<T = Actor> extends SchemaOption<T> {
	/** Such as `A-2620022`; each is asked for once, however often it comes. An iterable may be of any length. */
	readonly actorIds: Ids<string>;
	/** Names of the actor properties to ask for; others may then be absent. */
	readonly property?: string | readonly string[] | undefined;
	/** So many of the `actorIds` are passed over: what the `resume` of an error says. Default: 0. */
	readonly skip?: number | undefined;
}

/** Everything that `readActors()` takes. */
export type ReadActorsOptions<T = Actor> = ConnectionOptions & ReadActorsFilter<T>;

const optionNames = {
	actorIds: true,
	property: true,
	schema: true,
	skip: true,
} satisfies Record<keyof ReadActorsFilter, true>;

/** HubSpot's custom for batch reads; the maximum of this one is not documented. */
const batchSize = 100;

/**
 * Reads actors by their ids, a hundred with each request, and yields those that HubSpot knows. They come batch by
 * batch; within a batch the order is HubSpot's.
 *
 * ```ts
 * import {readActors} from 'hubspot-threads';
 *
 * const accessToken = process.env.HUBSPOT_ACCESS_TOKEN!;
 * for await (const actor of readActors({accessToken, actorIds: ['A-2620022', 'V-1401']})) {
 *   console.log(actor.id, actor.type, actor.name);
 * }
 * ```
 *
 * @throws {TypeError} at the call, for options that break a rule.
 * @throws {PaginationError} with a `resume` to continue from, for the same ids; an abort rejects with `signal.reason`.
 * @see https://developers.hubspot.com/docs/api-reference/conversations-inbox-messages-v3/guide
 */
export function readActors<T = Actor>(options: ReadActorsOptions<T>): AsyncGenerator<ItemOf<T>, void> {
	refuseUnknown(options, {...connectionOptions, ...optionNames});
	const connection = parseConnection(options);
	const {property} = options;
	const parameters = property === undefined ? [] : [['property', parseProperty(property)] as const];
	const skip = wholeNumber('skip', options.skip, 0, 0);
	const actorIds = parseIds('actorIds', options.actorIds, parseActorId);
	const parseItems = createParseItems(options.schema, 'Actor');
	const read = createRead(connection);

	async function readBatch({ids, inputs}: Batch, signal: AbortSignal) {
		const path = `${actorsPath}/batch/read`;
		const body = {inputs: ids};
		const {actors, unknown} = await read({path, parameters, body}, parseActorBatch, signal);
		const answered = new Set(actors.map(({id}) => id));
		const found: unknown[] = [...actors];
		// An answer that leaves out an actor without a word, or because of another failure, says nothing about it.
		for (const id of ids.filter(id => !answered.has(id) && !unknown.has(id))) {
			found.push(...(await readActor(read, id, parameters, signal)));
		}

		return {results: (await parseItems(found, signal)) as readonly T[], ids: inputs};
	}

	return readInOrder(batches(actorIds, skip), readBatch, skip, connection);
}

async function readActor(
	read: Read,
	id: string,
	parameters: readonly Parameter[],
	signal: AbortSignal,
): Promise<readonly unknown[]> {
	try {
		const path = `${actorsPath}/${encodeURIComponent(id)}`;
		const {value} = await read({path, parameters}, parseObject, signal);
		return [value];
	} catch (error) {
		asAbsence(error);
		return [];
	}
}

interface Batch {
	readonly ids: readonly string[];
	/** Of the ids that were given: it stands for those that came before, too. */
	readonly inputs: number;
}

/** Each id once. The first `skip` of them are remembered, but not asked for. */
async function* batches(actorIds: Ids<string>, skip: number): AsyncGenerator<Batch, void> {
	const known = new Set<string>();
	let ids: string[] = [];
	let inputs = 0;
	let left = skip;
	for await (const actorId of actorIds) {
		const id = parseActorId(actorId);
		const isNew = !known.has(id);
		known.add(id);
		if (left-- > 0) {
			continue;
		}

		inputs++;
		if (isNew && ids.push(id) === batchSize) {
			yield {ids, inputs};
			ids = [];
			inputs = 0;
		}
	}

	if (ids.length > 0) {
		yield {ids, inputs};
	}
}

function parseActorId(id: string): string {
	return typeof id === 'string' && /^\S+$/.test(id)
		? id
		: refuse('actorIds', "must be HubSpot's actor ids, such as A-2620022");
}
