import {PaginationError} from '../errors.ts';
import {abortable} from '../wait.ts';

/**
 * Tells a hook of the user, and waits for it if it is asynchronous: what it throws or rejects with ends the walk, which
 * can be resumed. Nobody would hear of it otherwise.
 */
export async function tell<Event>(
	name: string,
	hook: ((event: Event) => unknown) | undefined,
	event: Event,
	signal: AbortSignal,
): Promise<void> {
	if (!hook) {
		return;
	}

	try {
		await abortable(signal, () => hook(event));
	} catch (error) {
		signal.throwIfAborted();
		throw new PaginationError(`The \`${name}\` function failed`, {cause: error});
	}
}
