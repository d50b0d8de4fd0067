import {PaginationError, RequestError} from '../errors.ts';

/** How the message of `fetch` begins on Node, Bun, Deno, in browsers and Workers when the network failed. */
const networkMessage =
	/^ ?(?:a network|a server|an ssl|client error|connection|could not|error (?:in|reading|sending)|fail(?:ed to|ure) fetch|fetch failed|load failed|network|socket|terminated|the (?:internet|network|operation|request|socket)|unable to)/i;

type Fields = Partial<Record<'name' | 'message' | 'code' | 'cause' | 'errors', unknown>>;

/** The error and its causes. Of several that are the cause together, the first. */
function chainOf(error: unknown, depth = 5): readonly Fields[] {
	if (Object(error) !== error || depth === 0) {
		return [];
	}

	const {errors, cause} = error as Fields;
	return [error as Fields, ...chainOf(Array.isArray(errors) ? errors[0] : cause, depth - 1)];
}

/**
 * The cause is the network's own error, not that of `fetch`, which says no more than that it failed. What code of the
 * user throws, and what a `fetch` of another package throws at a `Request` that is not its own, is no such error.
 */
export function asFailure(error: unknown, happened: string): PaginationError {
	const chain = chainOf(error);
	const [{name, message} = {} as Fields] = chain;
	const codes = chain.map(({code}) => code).filter(code => typeof code === 'string');
	const isProgramming = /^(?:Type|Reference|Range|Syntax)Error$/.test(String(name));
	const isOfNetwork = networkMessage.test(String(message));
	if (
		codes.some(code => /ERR_INVALID_(?:ARG|URL)/.test(code)) ||
		(isProgramming && !isOfNetwork && codes.every(code => code.startsWith('ERR_')))
	) {
		return new PaginationError(
			'The `fetch` function failed, not the network: it must take a `Request` of this runtime',
			{cause: error},
		);
	}

	// An error of a class of its own is the user's, and stays.
	const own =
		isProgramming && isOfNetwork
			? (chain.findLast(({code}) => typeof code === 'string') ?? chain.at(-1))
			: error;
	return new RequestError(codes.length > 0 ? `${happened} (${codes.at(-1)})` : happened, {cause: own});
}
