import {Client} from '@hubspot/api-client';
import {type Contender, path, type RawPage} from './contender.ts';

/** It has no threads, but a way to ask for anything. Its limiter spaces the requests. */
export const connect: Contender = ({baseUrl, accessToken, pageSize, rate}) => {
	const client = new Client({
		accessToken,
		basePath: baseUrl,
		limiterOptions: {minTime: rate.interval / rate.limit, maxConcurrent: 6},
		numberOfApiCallRetries: 6,
	});

	return async take => {
		let after: string | undefined;
		do {
			const response = await client.apiRequest({
				path: `/${path}`,
				qs: {limit: String(pageSize), ...(after && {after: decodeURIComponent(after)})},
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
};
