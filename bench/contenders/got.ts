import got from 'got';
import type {Thread} from 'hubspot-threads';
import {type Contender, path, type RawPage} from './contender.ts';

/** Retries twice, statuses and lost connections; has no limiter. */
export const connect: Contender = ({baseUrl, accessToken, pageSize}) => {
	const client = got.extend({
		prefixUrl: baseUrl,
		headers: {authorization: `Bearer ${accessToken}`},
		responseType: 'json',
	});

	return async take => {
		const threads = client.paginate<Thread, RawPage>(path, {
			searchParams: {limit: pageSize},
			pagination: {
				transform: ({body}) => body.results,
				paginate({response}) {
					const after = response.body.paging?.next?.after;
					return after ? {searchParams: {limit: pageSize, after: decodeURIComponent(after)}} : false;
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
