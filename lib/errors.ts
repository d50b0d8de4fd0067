import type {RateLimit} from './rate-limit.ts';
import type {Resume} from './resume.ts';

/**
 * The base of every failure of a walk (an abort rejects with `signal.reason` instead). None of them holds the
 * access token, so all of them can be logged.
 */
export class PaginationError extends Error {
	static {
		// With the class's own name here, esbuild would rename the class, and loggers would tell another one.
		this.prototype.name = 'PaginationError';
	}

	/** Spread it into the same options to continue where this walk failed, without losing a thread. */
	resume: Resume = {after: null};
	/** Requests that were made for the page that failed. */
	attempts = 0;
}

/** HubSpot was not reached, took longer than `timeout`, or gave an answer that is not whole JSON. */
export class RequestError extends PaginationError {
	static {
		this.prototype.name = 'RequestError';
	}
}

/** What an error has that the base has not. */
type Details<E extends PaginationError> = Omit<E, keyof PaginationError>;

/**
 * HubSpot answered with a status other than 2xx. HubSpot may leave out any field but the status.
 *
 * @see https://developers.hubspot.com/docs/api-reference/error-handling
 */
export class ResponseError extends PaginationError {
	static {
		this.prototype.name = 'ResponseError';
	}

	/** The HTTP status. */
	readonly status: number;
	/** HubSpot's error category, such as `VALIDATION_ERROR`. */
	readonly category?: string | undefined;
	/** Such as `ConversationsApiError.UNPARSEABLE_TOKEN`. */
	readonly subCategory?: string | undefined;
	/** What HubSpot's support asks for. */
	readonly correlationId?: string | undefined;
	/** The body: parsed if it was JSON, otherwise text. */
	readonly data?: unknown;
	/** When HubSpot wants to be asked again, if it said so. */
	readonly retryAt?: Date | undefined;
	/** What the headers of this answer say, if they say anything. */
	readonly rateLimit?: RateLimit | undefined;
	/** HubSpot's clock when it answered, to the second. */
	readonly observedAt: Date;

	constructor(message: string, details: Details<ResponseError>) {
		super(message);
		this.status = details.status;
		this.category = details.category;
		this.subCategory = details.subCategory;
		this.correlationId = details.correlationId;
		this.data = details.data;
		this.retryAt = details.retryAt;
		this.rateLimit = details.rateLimit;
		this.observedAt = details.observedAt;
	}
}

/**
 * Every 429: too many requests in a burst, or (`policyName` `DAILY`, never retried) in a day. After a burst that
 * HubSpot does not date, `retryAt` is one interval of the rate limit away.
 *
 * @see https://developers.hubspot.com/docs/developer-tooling/platform/usage-guidelines
 */
export class RateLimitError extends ResponseError {
	static {
		this.prototype.name = 'RateLimitError';
	}

	/** Such as `TEN_SECONDLY_ROLLING` or `DAILY`; some answers do not say. */
	readonly policyName?: string | undefined;

	constructor(message: string, details: Details<RateLimitError>) {
		super(message, details);
		this.policyName = details.policyName;
	}
}

/**
 * Fewer of the day's requests are left than `throttle.dailyReserve` keeps for the account's other integrations. Not
 * retried; continue with `resume` on the next day.
 */
export class DailyReserveError extends PaginationError {
	static {
		this.prototype.name = 'DailyReserveError';
	}

	/** Requests per day, over the whole account. */
	readonly dailyLimit: number;
	/** Requests left of the day. */
	readonly dailyRemaining: number;

	constructor(dailyLimit: number, dailyRemaining: number) {
		super(
			`HubSpot has ${dailyRemaining} of the day's ${dailyLimit} requests left, and \`throttle.dailyReserve\` leaves them to others`,
		);
		this.dailyLimit = dailyLimit;
		this.dailyRemaining = dailyRemaining;
	}
}

/** HubSpot answered 200 with JSON that is not a page, or only in part; or a thread did not pass the `schema`. */
export class MalformedPageError extends PaginationError {
	static {
		this.prototype.name = 'MalformedPageError';
	}

	/** What HubSpot's support asks for, if the answer held it. */
	declare readonly correlationId?: string;
}

/**
 * HubSpot sent a cursor that this walk has used already: it would go round for ever. Its `resume` asks for the page
 * with that cursor once more, and ends in the same way, without a thread, if HubSpot sends the cursor again.
 */
export class CursorLoopError extends PaginationError {
	static {
		this.prototype.name = 'CursorLoopError';
	}

	/** As HubSpot sent it. */
	readonly cursor: string;

	constructor(cursor: string) {
		super(`HubSpot sent a cursor that this walk has used already: ${JSON.stringify(cursor)}`);
		this.cursor = cursor;
	}
}

/**
 * What a callback, a throttle or a schema of the user throws ends the walk, which can still be resumed.
 *
 * @param attempts requests that were made for the page; an error that knows them already keeps its own.
 */
export function asPaginationError(error: unknown, attempts: number): PaginationError {
	const failure =
		error instanceof PaginationError
			? error
			: new PaginationError(`The walk failed: ${error instanceof Error ? error.message : String(error)}`, {
					cause: error,
				});
	failure.attempts ||= attempts;
	return failure;
}

/** HubSpot sent page after page, each with a new cursor, and nothing new on any of them. */
export class NoProgressError extends PaginationError {
	static {
		this.prototype.name = 'NoProgressError';
	}

	/** How many, one after another. */
	readonly pages: number;

	constructor(pages: number) {
		super(`HubSpot sent ${pages} pages in a row with nothing new on them, and a cursor on each`);
		this.pages = pages;
	}
}
