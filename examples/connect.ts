import {type Sandbox, type StartSandboxOptions, startSandbox} from 'hubspot-threads/sandbox';

/** Whom `connect()` will ask. */
export function hubspotSource() {
	const {HUBSPOT_ACCESS_TOKEN: accessToken = '', HUBSPOT_BASE_URL: baseUrl = 'https://api.hubapi.com'} =
		process.env;
	const isEmbedded = accessToken === '';
	return {isEmbedded, source: isEmbedded ? 'the embedded HubSpot' : baseUrl, accessToken, baseUrl};
}

/**
 * Your account when HUBSPOT_ACCESS_TOKEN is set, otherwise an embedded HubSpot. HUBSPOT_BASE_URL is for another
 * server than HubSpot's own, such as a sandbox of yours.
 *
 * @param live lets things happen in the embedded one.
 */
export async function connect(
	sandboxOptions: StartSandboxOptions,
	live: (sandbox: Sandbox) => void = () => {},
) {
	const {isEmbedded, source, accessToken, baseUrl} = hubspotSource();
	if (!isEmbedded) {
		return {isEmbedded, source, connection: {accessToken, baseUrl}, close: async () => {}};
	}

	const sandbox = await startSandbox(sandboxOptions);
	live(sandbox);
	return {
		isEmbedded,
		source,
		connection: {accessToken: sandbox.accessToken, baseUrl: sandbox.url},
		close: sandbox.close,
	};
}
