/**
 * Walks with the token of an OAuth app, which lives for half an hour, shorter than a long walk:
 *
 *   HUBSPOT_CLIENT_ID=… HUBSPOT_CLIENT_SECRET=… HUBSPOT_REFRESH_TOKEN=… node examples/oauth.ts
 *
 * Without them it walks an embedded HubSpot whose tokens live for one second.
 */
import {createThrottle, paginate} from 'hubspot-threads';
import {startSandbox} from 'hubspot-threads/sandbox';
import {createAccessToken} from './access-token.ts';

const {
	HUBSPOT_CLIENT_ID: clientId = '',
	HUBSPOT_CLIENT_SECRET: clientSecret = '',
	HUBSPOT_REFRESH_TOKEN: refreshToken = '',
	HUBSPOT_BASE_URL: baseUrl = 'https://api.hubapi.com',
} = process.env;

const app = {clientId, clientSecret, refreshToken, baseUrl};
const oauth = {clientId: 'embedded', clientSecret: 'embedded', refreshToken: 'embedded', expiresIn: 1};
const sandbox = clientId === '' ? await startSandbox({threads: 20_000, latency: 100, oauth}) : undefined;

const options = {
	accessToken: createAccessToken(sandbox ? {...oauth, baseUrl: sandbox.url} : app),
	baseUrl: sandbox?.url ?? baseUrl,
	throttle: createThrottle(),
};

let pages = 0;
const onPage = () => {
	pages++;
};

async function count(threadStatus: 'OPEN' | 'CLOSED') {
	let threads = 0;
	for await (const _thread of paginate({...options, threadStatus, onPage})) {
		threads++;
	}

	return threads;
}

try {
	// Two walks at once, and one token for both.
	const [open, closed] = await Promise.all([count('OPEN'), count('CLOSED')]);
	console.log(`${open} open and ${closed} closed threads`);
	if (sandbox) {
		const tokens = sandbox.requests.filter(({url}) => url.endsWith('/token')).length;
		console.log(`${pages} pages, with ${tokens} access tokens`);
	}
} finally {
	await sandbox?.close();
}
