import {connectionOptions, parseConnection} from './connection.ts';
import {createFetchPage} from './fetch-page.ts';
import type {PaginateOptions} from './options.ts';
import {createParseItems} from './parse-items.ts';
import {listOptions, parseQuery} from './query.ts';
import type {RateLimit} from './rate-limit.ts';
import {readAhead} from './read-ahead.ts';
import type {Resume} from './resume.ts';
import {optionalFunction, refuse, refuseUnknown, wholeNumber} from './rules.ts';
import {endQuietly, stoppable} from './stoppable.ts';
import type {Thread} from './thread.ts';
import {type Walk, walk} from './walk.ts';

/** One response of HubSpot. */
export interface Page<T = Thread> {
	/** In HubSpot's order. May be empty: only a page without `resume` is the last. */
	readonly threads: readonly T[];
	/** Spread it into the options to go on after this page. Absent on the last page. */
	readonly resume?: Resume;
	/** HubSpot's clock when it answered, to the second. */
	readonly observedAt: Date;
	/** What the headers of this response say, if they say anything. */
	readonly rateLimit?: RateLimit;
}

const walkOptions = ['after', 'pageSize', 'maxItems', 'maxPages', 'readAhead', 'schema', 'onPage'] as const;
const known = new Set<string>([...connectionOptions, ...listOptions, ...walkOptions]);

/**
 * Yields HubSpot's threads page by page, each with what it takes to go on after it: for jobs that keep their
 * place. Makes no request before the first `next()`.
 *
 * ```ts
 * import {pages} from 'hubspot-threads';
 *
 * const accessToken = process.env.HUBSPOT_ACCESS_TOKEN!;
 * for await (const {threads, resume} of pages({accessToken})) {
 *   console.log(threads.length, resume);
 * }
 * ```
 *
 * @throws {TypeError} at the call, for options that HubSpot would refuse or silently ignore.
 * @throws {PaginationError} from the walk, with a `resume` to go on from; an abort rejects with `signal.reason`.
 * @see https://developers.hubspot.com/docs/api-reference/conversations-inbox-messages-v3/guide
 */
export function pages<T = Thread>(options: PaginateOptions<T>): AsyncGenerator<Page<T>, void> {
	const {ahead, ...parsed} = parseOptions(options);
	return stoppable(options.signal, signal => handOver(parsed, ahead, signal));
}

async function* handOver<T>(
	options: Walk<T>,
	ahead: number,
	signal: AbortSignal,
): AsyncGenerator<Page<T>, void> {
	try {
		for await (const {items, resume, observedAt, rateLimit} of readAhead(walk(options, signal), ahead)) {
			signal.throwIfAborted();
			yield {threads: items, observedAt, ...(resume && {resume}), ...(rateLimit && {rateLimit})};
		}

		signal.throwIfAborted();
	} catch (error) {
		endQuietly(error);
	}
}

/** Checks every option once, at the call. */
function parseOptions<T>(options: PaginateOptions<T>): Walk<T> & {readonly ahead: number} {
	refuseUnknown(options, known);
	const {after = null} = options;
	if (after !== null && (typeof after !== 'string' || after === '')) {
		refuse('after', 'must be a cursor; leave it out to start at the beginning');
	}

	optionalFunction('onPage', options.onPage);
	return {
		fetchPage: createFetchPage(parseConnection(options)),
		parseItems: createParseItems(options.schema),
		...parseQuery(options),
		after,
		pageSize: wholeNumber('pageSize', options.pageSize, 500, 1, 500),
		maxItems: wholeNumber('maxItems', options.maxItems, Number.POSITIVE_INFINITY, 0),
		maxPages: wholeNumber('maxPages', options.maxPages, Number.POSITIVE_INFINITY, 0),
		onPage: options.onPage,
		ahead: wholeNumber('readAhead', options.readAhead, 1, 0),
	};
}
