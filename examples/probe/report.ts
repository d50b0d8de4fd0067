import type {ConnectionOptions} from 'hubspot-threads';
import {lookAtArchived} from './archived.ts';
import {byTimeFrom, createAsk, type Log} from './ask.ts';
import {askAboutBound} from './bound.ts';
import {askAboutById} from './by-id.ts';
import {askAboutChanges} from './changes.ts';
import {askAboutCursor, askAboutEncoding} from './cursor.ts';
import {askAboutStatus} from './filters.ts';
import type {Finding} from './finding.ts';
import {askAboutMessageless} from './message-less.ts';
import {askAboutOrder} from './order.ts';
import {askAboutPageSize} from './page-size.ts';
import {askAboutRemaining} from './remaining.ts';
import {askAboutVersions} from './versions.ts';

/** Asks all questions; the report is Markdown. */
export async function probe(connection: ConnectionOptions): Promise<string> {
	const {ask, log} = createAsk(connection);
	const fromTheStart = byTimeFrom('2000-01-01');
	const first = await ask({limit: '500'});
	const second = first.next === undefined ? undefined : await ask({limit: '500'}, {after: first.next});
	const oldest = await ask({...fromTheStart, limit: '500'});
	const byId = [...first.threads, ...(second?.threads ?? [])];
	const all = new Map([...byId, ...oldest.threads].map(thread => [thread.id, thread]));

	const findings = [
		...(await askAboutBound(ask, oldest)),
		await askAboutCursor(ask, {name: 'id', parameters: {}, start: first}),
		await askAboutCursor(ask, {name: 'timestamp', parameters: fromTheStart, start: oldest}),
		askAboutEncoding(log.cursors),
		await askAboutPageSize(ask),
		...(await askAboutMessageless(ask, byId, oldest)),
	];
	const archived = await ask({...fromTheStart, archived: 'true', limit: '500'});
	findings.push(
		lookAtArchived(archived),
		await askAboutStatus(ask, first.threads),
		...(await askAboutChanges(ask, [...all.values()])),
		await askAboutOrder(ask, oldest, [...all.values()]),
		...(await askAboutById(ask, archived.threads[0])),
		...(await askAboutVersions(ask)),
		await askAboutRemaining(ask, log),
		lookAtBursts(log),
	);
	return [
		`Asked on ${new Date().toISOString().slice(0, 10)} with ${log.requests} requests.`,
		'',
		'| question | answer |',
		'|---|---|',
		...findings.map(({question, answer, because}) => `| ${question} | **${answer}**, because ${because} |`),
	].join('\n');
}

function lookAtBursts({requests, bursts}: Log): Finding {
	const question = 'Does a burst 429 carry `Retry-After` today?';
	const carried = bursts.filter(Boolean).length;
	return bursts.length === 0
		? {
				question,
				answer: 'not seen',
				because: `none of ${requests} requests was answered with a 429, and this probe provokes none`,
			}
		: {
				question,
				answer: carried > 0 ? 'yes' : 'no',
				because: `${carried} of ${bursts.length} answers with a 429 had it`,
			};
}
