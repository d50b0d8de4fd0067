/** Where the project knows the web's types, this package does too. */
import {paginate} from 'hubspot-threads';
import {createSandbox} from 'hubspot-threads/sandbox';

const {fetch, accessToken, requests} = createSandbox();
export const answer: Promise<Response> = fetch(new Request('https://api.hubapi.com'));
export const header: string | null | undefined = requests[0]?.headers.get('accept');
paginate({accessToken, fetch, signal: AbortSignal.timeout(1000)});
// @ts-expect-error: a number is no signal.
paginate({accessToken, fetch, signal: 1000});
// @ts-expect-error: it is a request that it takes.
fetch(1000);
// @ts-expect-error: and an answer that it gives.
paginate({accessToken, fetch: async () => 1000});
// @ts-expect-error: a search parameter has another name.
requests[0]?.parameters.nothing;
