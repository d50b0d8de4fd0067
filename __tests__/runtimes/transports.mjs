/**
 * Two ways from the library to a sandbox, with one shape:
 * `start(options)` gives `{connection, requests()}`, the options of the library and the log of the sandbox.
 */

/** The sandbox is in the same runtime, and its `fetch` is injected. */
export const inMemory = createSandbox => ({
	name: 'in memory',
	hasTimers: false,
	async start(options) {
		const {accessToken, fetch, requests} = createSandbox(options);
		return {connection: {accessToken, fetch}, requests: async () => requests};
	},
});

/** The sandbox is in another process, and the runtime's own `fetch` goes there over a socket. */
export const overHttp = origin => ({
	name: 'over HTTP',
	// Node's `fetch` keeps one for its connections.
	hasTimers: true,
	async start(options) {
		const response = await fetch(`${origin}/control/start`, {method: 'POST', body: JSON.stringify(options)});
		const {path, accessToken} = await response.json();
		return {
			connection: {accessToken, baseUrl: `${origin}${path}`},
			requests: async () => (await fetch(`${origin}/control/requests${path}`)).json(),
		};
	},
});
