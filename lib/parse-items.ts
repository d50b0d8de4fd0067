import type {StandardSchemaV1} from '@standard-schema/spec';
import {MalformedPageError} from './errors.ts';
import {abortable} from './wait.ts';

/**
 * Puts each item through the schema.
 *
 * @throws {MalformedPageError} with the first issue: which thread, where in it, and what is wrong.
 */
export async function parseItems<Item>(
	items: readonly unknown[],
	schema: StandardSchemaV1<unknown, Item> | undefined,
	signal: AbortSignal,
): Promise<readonly Item[]> {
	if (!schema) {
		return items as readonly Item[];
	}

	const parsed: Item[] = [];
	for (const item of items) {
		const result = await abortable(signal, () => schema['~standard'].validate(item));
		if (result.issues) {
			const {id} = item as {readonly id: string};
			throw new MalformedPageError(`Thread ${id} does not pass the \`schema\`: ${describe(result.issues)}`);
		}

		parsed.push(result.value);
	}

	return parsed;
}

function describe([issue]: readonly StandardSchemaV1.Issue[]): string {
	const path = issue?.path
		?.map(segment => String(typeof segment === 'object' ? segment.key : segment))
		.join('.');
	return path ? `\`${path}\`: ${issue?.message}` : String(issue?.message);
}
