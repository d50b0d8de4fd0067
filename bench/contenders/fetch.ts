import {type Contender, path, type RawPage} from './contender.ts';

/** The loop that people write: nothing is retried, nothing is limited. */
export const connect: Contender =
	({baseUrl, accessToken, pageSize}) =>
	async take => {
		let after: string | undefined;
		do {
			const query = new URLSearchParams({
				limit: String(pageSize),
				...(after && {after: decodeURIComponent(after)}),
			});
			const response = await fetch(`${baseUrl}/${path}?${query}`, {
				headers: {authorization: `Bearer ${accessToken}`},
			});
			if (!response.ok) {
				throw new Error(`HubSpot answered ${response.status}`);
			}

			const page = (await response.json()) as RawPage;
			for (const thread of page.results) {
				const work = take(thread);
				if (work) {
					await work;
				}
			}

			after = page.paging?.next?.after;
		} while (after);
	};
