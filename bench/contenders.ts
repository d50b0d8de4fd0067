/** Each walks all threads and counts them, as fast as it can. */
import {paginate} from 'hubspot-threads';
import ky from 'ky';

export interface Walk {
	readonly url: string;
	readonly accessToken: string;
	readonly pageSize: number;
}

interface RawPage {
	readonly results: readonly unknown[];
	readonly paging?: {readonly next?: {readonly after?: string}};
}

/** The loop that people write. */
async function loop(
	{url, accessToken, pageSize}: Walk,
	get: (url: string, headers: Record<string, string>) => Promise<RawPage>,
) {
	let count = 0;
	let after: string | undefined;
	do {
		const query = new URLSearchParams({
			limit: String(pageSize),
			...(after && {after: decodeURIComponent(after)}),
		});
		const page = await get(`${url}/conversations/v3/conversations/threads?${query}`, {
			authorization: `Bearer ${accessToken}`,
		});
		for (const _thread of page.results) {
			count++;
		}

		after = page.paging?.next?.after;
	} while (after);

	return count;
}

async function ours({url, accessToken, pageSize}: Walk, readAhead?: number) {
	let count = 0;
	const throttle = {limit: 1000, interval: 100};
	for await (const _thread of paginate({accessToken, baseUrl: url, pageSize, throttle, readAhead})) {
		count++;
	}

	return count;
}

export const contenders: Readonly<Record<string, (walk: Walk) => Promise<number>>> = {
	'bare fetch loop': walk =>
		loop(walk, async (url, headers) => (await (await fetch(url, {headers})).json()) as RawPage),
	'bare ky loop': walk =>
		loop(walk, async (url, headers) => (await ky(url, {headers, retry: 0, timeout: false})).json<RawPage>()),
	'paginate()': walk => ours(walk),
	'paginate(), readAhead: 0': walk => ours(walk, 0),
};
