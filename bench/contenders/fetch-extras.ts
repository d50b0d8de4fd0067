import {paginate, pipeline, withHeaders, withHttpError, withRateLimit, withRetry} from 'fetch-extras';
import type {Thread} from 'hubspot-threads';
import {type Contender, path, type RawPage} from './contender.ts';

/** A rolling limit, and retries outside it; both end where the body begins. */
export const connect: Contender = ({baseUrl, accessToken, pageSize, rate}) => {
	const fetchFunction = pipeline(
		fetch,
		withHeaders({authorization: `Bearer ${accessToken}`}),
		withRateLimit({requestsPerInterval: rate.limit, interval: rate.interval}),
		withRetry({retries: 5}),
		withHttpError(),
	);

	return async take => {
		const url = new URL(path, baseUrl);
		url.searchParams.set('limit', String(pageSize));
		let after: string | undefined;
		const threads = paginate<Thread>(url, {
			fetchFunction,
			pagination: {
				async transform(response) {
					const page = (await response.json()) as RawPage;
					after = page.paging?.next?.after;
					return page.results;
				},
				paginate() {
					if (!after) {
						return false;
					}

					const next = new URL(url);
					next.searchParams.set('after', decodeURIComponent(after));
					return {url: next};
				},
			},
		});
		for await (const thread of threads) {
			const work = take(thread);
			if (work) {
				await work;
			}
		}
	};
};
