import {type StartedSandbox, startSandbox} from 'hubspot-threads/sandbox';
import type {Account} from './accounts.ts';
import type {App} from './token.ts';

export interface EmbeddedAccount extends Account {
	readonly sandbox: StartedSandbox;
}

/** So many threads have the accounts: a few are large, most are small. */
const sizeOf = (index: number) => (index % 7 === 0 ? 200 : 5 + ((index * 37) % 30));

/** So many HubSpots, each with a limit, a token and threads of its own; one of them has removed the app. */
export const startEmbeddedAccounts = (count: number, app: App): Promise<EmbeddedAccount[]> =>
	Promise.all(
		Array.from({length: count}, async (_, index) => {
			const refreshToken = `refresh-${index}`;
			const sandbox = await startSandbox({
				seed: index + 1,
				threads: sizeOf(index),
				latency: 20,
				// Nothing but its own tokens, which live for half a minute.
				accessToken: () => false,
				oauth: {...app, refreshToken: index === 5 ? 'removed' : refreshToken, expiresIn: 30},
				rateLimit: {limit: 100, interval: 2000},
				faults: ({number}) => (number % 23 === 0 ? {status: 503} : undefined),
			});
			const id = `account-${String(index).padStart(2, '0')}`;
			return {id, baseUrl: sandbox.url, refreshToken, sandbox};
		}),
	);
