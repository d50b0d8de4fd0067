/** What goes wrong with one request. */
export interface Fault {
	/** Milliseconds before the answer, instead of the sandbox's `latency`. */
	readonly latency?: number;
	/** Answer with this status instead of a page. */
	readonly status?: number;
	/** The body to answer with instead of a page: text as it is, everything else as JSON. */
	readonly body?: unknown;
	/** Further headers, such as `retry-after`. */
	readonly headers?: Readonly<Record<string, string>>;
	/** Stop for ever, before the headers or in the middle of the body. */
	readonly stall?: 'headers' | 'body';
	/** Close the connection in the middle of the body. */
	readonly cut?: boolean;
	/** Reset the connection before the headers. */
	readonly reset?: boolean;
	/** Items on this page at most, though more follow: 0 makes an empty page with a cursor. */
	readonly size?: number;
	/** Send the cursor again that this list sent so many answers ago: 1 is the one before. */
	readonly repeatCursor?: number;
	/** Send a cursor that cannot be read. */
	readonly unreadableCursor?: boolean;
}

/** Thrown where a connection is reset; over real HTTP it is. */
export class ConnectionReset extends TypeError {
	constructor() {
		super('fetch failed', {cause: Object.assign(new Error('read ECONNRESET'), {code: 'ECONNRESET'})});
	}
}

/** A body that stops in the middle: the connection is closed there, or nothing more ever comes. */
export function halfOf(body: string, {cut}: Fault, signal: AbortSignal): ReadableStream<Uint8Array> {
	const bytes = new TextEncoder().encode(body);
	let isSent = false;
	return new ReadableStream({
		start(controller) {
			signal.addEventListener('abort', () => controller.error(signal.reason), {once: true});
		},
		pull(controller) {
			if (!isSent) {
				isSent = true;
				controller.enqueue(bytes.subarray(0, bytes.length / 2));
			} else if (cut) {
				controller.error(new TypeError('terminated', {cause: new Error('other side closed')}));
			} else {
				return new Promise(() => {});
			}
		},
	});
}
