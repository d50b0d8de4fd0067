import {type StartSandboxOptions, startSandbox} from 'hubspot-threads/sandbox';

/**
 * Your account when HUBSPOT_ACCESS_TOKEN is set, otherwise an embedded HubSpot. HUBSPOT_BASE_URL is for another
 * server than HubSpot's own, such as a sandbox of yours.
 */
export async function connect(sandboxOptions: StartSandboxOptions) {
	const {HUBSPOT_ACCESS_TOKEN: accessToken = '', HUBSPOT_BASE_URL: baseUrl = 'https://api.hubapi.com'} =
		process.env;
	if (accessToken !== '') {
		return {isEmbedded: false, source: baseUrl, connection: {accessToken, baseUrl}, close: async () => {}};
	}

	const {accessToken: token, url, close} = await startSandbox(sandboxOptions);
	return {
		isEmbedded: true,
		source: 'the embedded HubSpot',
		connection: {accessToken: token, baseUrl: url},
		close,
	};
}
