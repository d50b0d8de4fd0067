/** The embedded HubSpot in a process of its own. Each page is made once: what it costs weighs on no walk. */
import {createSandbox} from 'hubspot-threads/sandbox';
import {serve} from 'srvx/node';

const sandbox = createSandbox({threads: Number(process.argv[2]), rateLimit: false});
const answers = new Map<string, {body: ArrayBuffer; headers: Headers}>();

async function answer(request: Request) {
	const response = await sandbox.fetch(request);
	return {body: await response.arrayBuffer(), headers: response.headers};
}

const server = serve({
	async fetch(request) {
		const known = answers.get(request.url) ?? (await answer(request));
		answers.set(request.url, known);
		return new Response(known.body, known);
	},
	port: 0,
	hostname: '127.0.0.1',
	silent: true,
});
await server.ready();
process.send?.({url: new URL(server.url as string).origin, accessToken: sandbox.accessToken});
