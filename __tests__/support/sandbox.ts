import {expect} from '@jest/globals';
import type {Sandbox} from '../../lib/sandbox/index.ts';

export const v3 = '/conversations/v3/conversations';

interface Ask {
	readonly method?: string;
	readonly body?: unknown;
	readonly token?: string;
}

/** Asks a sandbox for a path of the third version, or for another that begins at the root. */
export async function ask(
	sandbox: Pick<Sandbox, 'fetch'>,
	path: string,
	{method = 'GET', body, token = 'sandbox-token'}: Ask = {},
) {
	const url = `https://api.hubapi.com${/^\/(conversations|account-info|oauth)\//.test(path) ? '' : v3}${path}`;
	const headers = {authorization: `Bearer ${token}`};
	const text = typeof body === 'string' ? body : JSON.stringify(body);
	const init = {method, headers, ...(body !== undefined && {body: text})};
	const response = await sandbox.fetch(new Request(url, init));
	return {status: response.status, headers: response.headers, body: await response.json()};
}

/** All pages of a list, by following its cursors as a correct client does. */
export async function walkPages<T>(
	sandbox: Pick<Sandbox, 'fetch'>,
	path: string,
	parameters: Readonly<Record<string, string>> = {},
): Promise<ReadonlyArray<readonly T[]>> {
	const pages: Array<readonly T[]> = [];
	for (let after: string | undefined; ; ) {
		const query = new URLSearchParams({...parameters, ...(after && {after})});
		const {status, body} = await ask(sandbox, `${path}?${query}`);
		expect(status).toBe(200);
		pages.push(body.results);
		if (!body.paging?.next) {
			return pages;
		}

		after = body.paging.next.after as string;
		after = after.includes('%') ? decodeURIComponent(after) : after;
	}
}
