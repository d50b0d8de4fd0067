/**
 * Threads and their conversations in a browser:
 *
 *   npm run web
 *
 * Without HUBSPOT_ACCESS_TOKEN it shows an embedded HubSpot. PORT is where it listens; default: 3000.
 */
import {createThrottle} from 'hubspot-threads';
import {serve} from 'srvx';
import {connect} from '../connect.ts';
import {createApp} from './app.ts';

const {source, connection, close} = await connect({threads: 25_000, latency: 100});
const server = serve({
	fetch: createApp({...connection, throttle: createThrottle()}),
	port: Number(process.env.PORT ?? 3000),
	hostname: '127.0.0.1',
	silent: true,
});
await server.ready();
console.log(`${source} is shown at ${server.url} (stop with Ctrl-C)`);

process.once('SIGINT', async () => {
	await server.close(true);
	await close();
});
