import type {Account} from './contender.ts';

interface RawList<Item> {
	readonly results: readonly Item[];
	readonly paging?: {readonly next?: {readonly after?: string}};
}

/** One request, without a retry and without a limit. */
export type Get = <Item>(pathAndQuery: string) => Promise<RawList<Item>>;

export const createGet =
	({baseUrl, accessToken}: Account): Get =>
	async pathAndQuery => {
		const response = await fetch(`${baseUrl}/${pathAndQuery}`, {
			headers: {authorization: `Bearer ${accessToken}`},
		});
		if (!response.ok) {
			throw new Error(`HubSpot answered ${response.status}`);
		}

		return response.json();
	};

/** The pages of a list, one after the other. */
export async function* pagesOf<Item>(get: Get, path: string, pageSize: number) {
	let after: string | undefined;
	do {
		const query = new URLSearchParams({
			limit: String(pageSize),
			...(after && {after: decodeURIComponent(after)}),
		});
		const page = await get<Item>(`${path}?${query}`);
		yield page.results;
		after = page.paging?.next?.after;
	} while (after);
}
