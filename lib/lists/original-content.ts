import {MalformedPageError} from '../errors.ts';
import type {FetchPage} from '../request/fetch-page.ts';
import {parseRecord} from '../request/object.ts';
import type {Read} from '../request/read.ts';
import {sideBySide} from '../walk/side-by-side.ts';
import type {OriginalContent, TextMessage} from './message.ts';

/**
 * Pages whose messages are whole. A text that cannot be read fails the page: a text that is cut must not pass for a
 * whole one.
 */
export function withOriginalContent(
	messagesPath: string,
	fetchPage: FetchPage<unknown>,
	read: Read,
): FetchPage<unknown> {
	return async (query, signal) => {
		const page = await fetchPage(query, signal);
		const cut = (page.items as readonly TextMessage[]).filter(isCut);
		let {attempts, retries} = page;

		async function complete(message: TextMessage, signal: AbortSignal): Promise<TextMessage> {
			const path = `${messagesPath}/${encodeURIComponent(message.id)}/original-content`;
			const {content, ...answered} = await read({path, parameters: []}, parseContent, signal);
			attempts += answered.attempts;
			retries += answered.retries;
			return {...message, originalContent: content};
		}

		const whole = new Map<unknown, TextMessage>();
		for await (const message of sideBySide(cut, complete, signal)) {
			whole.set(cut[whole.size], message);
		}

		return {...page, items: page.items.map(message => whole.get(message) ?? message), attempts, retries};
	};
}

/** A status that HubSpot adds later may mean a cut too. */
const isCut = ({truncationStatus}: TextMessage) => (truncationStatus ?? 'NOT_TRUNCATED') !== 'NOT_TRUNCATED';

function parseContent(body: string, accessToken: string): {readonly content: OriginalContent} {
	const {value: content} = parseRecord(body, accessToken);
	if (typeof content.text !== 'string' && typeof content.richText !== 'string') {
		throw new MalformedPageError("HubSpot's original content of a message has neither `text` nor `richText`");
	}

	return {content};
}
