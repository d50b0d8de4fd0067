import type {StandardSchemaV1} from '@standard-schema/spec';
import {MalformedPageError, PaginationError} from '../errors.ts';
import {refuse} from '../rules.ts';
import {abortable} from '../wait.ts';

export type ParseItems<Item> = (items: readonly unknown[], signal: AbortSignal) => Promise<readonly Item[]>;

/** What may be done to each item. */
export interface SchemaOption<T> {
	/** A Standard Schema (Zod, Valibot, ArkType …) for one item: checks, transforms and types what you get. */
	readonly schema?: StandardSchemaV1<unknown, T> | undefined;
}

/** The item that a `schema` gives, or the list's own: never what the caller would like it to be. */
export type ItemOf<T> = [T][T extends unknown ? 0 : never];

/**
 * Puts each item through the schema; `item` is what one is called in a message. What it returns rejects with a
 * `MalformedPageError` of the first issue: which item, where in it, and what is wrong.
 *
 * @throws {TypeError} if it is not a Standard Schema.
 */
export function createParseItems<Item>(
	schema: StandardSchemaV1<unknown, Item> | undefined,
	item: string,
): ParseItems<Item> {
	if (schema === undefined) {
		return async items => items as readonly Item[];
	}

	if (typeof schema?.['~standard']?.validate !== 'function') {
		refuse('schema', 'must be a Standard Schema');
	}

	return async (items, signal) => {
		const parsed: Item[] = [];
		for (const each of items) {
			let result: StandardSchemaV1.Result<Item>;
			try {
				result = await abortable(signal, () => schema['~standard'].validate(each));
			} catch (error) {
				signal.throwIfAborted();
				throw new PaginationError('The `schema` failed', {cause: error});
			}

			if (result.issues) {
				const {id} = each as {readonly id: string};
				throw new MalformedPageError(
					`${item} ${id} does not pass the \`schema\`: ${describe(result.issues)}`,
				);
			}

			parsed.push(result.value);
		}

		return parsed;
	};
}

function describe([issue]: readonly StandardSchemaV1.Issue[]): string {
	const path = issue?.path
		?.map(segment => String(typeof segment === 'object' ? segment.key : segment))
		.join('.');
	return path ? `\`${path}\`: ${issue?.message}` : String(issue?.message);
}
