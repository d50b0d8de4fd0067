/**
 * Asks HubSpot what nobody knows about its list of threads, in at most 30 requests, and prints a report to paste into
 * an issue:
 *
 *   HUBSPOT_ACCESS_TOKEN=… npm run --silent probe
 *
 * It only reads. No id, content, cursor or token is in the report. Without a token it asks an embedded HubSpot.
 */
import {connect} from './connect.ts';
import {probe} from './probe/report.ts';

const {isEmbedded, connection, close} = await connect({
	threads: 5000,
	messageless: 0.05,
	archived: 0.1,
	latency: 150,
});
try {
	console.log(await probe(connection));
	if (isEmbedded) {
		console.error('\nThis was the embedded HubSpot: with HUBSPOT_ACCESS_TOKEN, your account is asked.');
	}
} catch (error) {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
} finally {
	await close();
}
