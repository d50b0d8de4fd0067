/** What goes wrong with one request to a list. */
export interface ListFault {
	readonly status?: number;
	readonly body?: unknown;
	/** Items on this page, though more follow. */
	readonly size?: number;
	/** Never answers, and hears of an abort. */
	readonly hangs?: boolean;
}

/**
 * Any of HubSpot's lists, of items with the given ids, as an injected `fetch`. A cursor is an offset in base64 that is
 * percent-encoded in the JSON, and only its decoded form is taken. Faults go by the number of the request, from 1.
 */
export function createListServer(ids: readonly string[], faults: Readonly<Record<number, ListFault>> = {}) {
	const requests: Request[] = [];
	const fetch = async (request: Request): Promise<Response> => {
		const fault = faults[requests.push(request)] ?? {};
		if (fault.hangs) {
			return new Promise((_, reject) => {
				request.signal.addEventListener('abort', () => reject(request.signal.reason), {once: true});
			});
		}

		if (fault.status || fault.body !== undefined) {
			return Response.json(fault.body ?? {}, {status: fault.status ?? 200});
		}

		const {searchParams} = new URL(request.url);
		const after = searchParams.get('after');
		const start = after === null ? 0 : Number(atob(after).split('@')[1]);
		if (Number.isNaN(start)) {
			return Response.json({subCategory: 'ConversationsApiError.UNPARSEABLE_TOKEN'}, {status: 400});
		}

		const end = start + (fault.size ?? Number(searchParams.get('limit')));
		const results = ids.slice(start, end).map(id => ({id, type: 'MESSAGE'}));
		// An empty page has a cursor of its own: it must not be one that was used.
		const cursor = encodeURIComponent(btoa(`${requests.length}@${end}`));
		return Response.json({
			total: ids.length,
			results,
			...(end < ids.length && {paging: {next: {after: cursor, link: 'https://elsewhere.example/'}}}),
		});
	};
	return {fetch, requests};
}
