import ky from 'ky';
import {type Contender, path, type RawPage} from './contender.ts';

/** The same loop with our HTTP client, and as in the library: without its retries and its timeout. */
export const connect: Contender = ({baseUrl, accessToken, pageSize}) => {
	const client = ky.create({
		baseUrl,
		headers: {authorization: `Bearer ${accessToken}`},
		retry: 0,
		timeout: false,
	});

	return async take => {
		let after: string | undefined;
		do {
			const searchParams = {limit: pageSize, ...(after && {after: decodeURIComponent(after)})};
			const page = await client.get(path, {searchParams}).json<RawPage>();
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
