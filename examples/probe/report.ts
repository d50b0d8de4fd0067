import type {ConnectionOptions} from 'hubspot-threads';
import {askAboutArchived} from './archived.ts';
import {byTimeFrom, createAsk, type Log} from './ask.ts';
import {askAboutBound} from './bound.ts';
import {lookAtChanges} from './changes.ts';
import {askAboutCursor, askAboutEncoding} from './cursor.ts';
import type {Finding} from './finding.ts';
import {askAboutMessageless} from './message-less.ts';
import {askAboutPageSize} from './page-size.ts';

/** Asks all questions; the report is Markdown. */
export async function probe(connection: ConnectionOptions): Promise<string> {
	const {ask, log} = createAsk(connection);
	const fromTheStart = byTimeFrom('2000-01-01');
	const first = await ask({limit: '500'});
	const second = first.next === undefined ? undefined : await ask({limit: '500'}, first.next);
	const oldest = await ask({...fromTheStart, limit: '500'});
	const byId = [...first.threads, ...(second?.threads ?? [])];
	const all = new Map([...byId, ...oldest.threads].map(thread => [thread.id, thread]));

	const findings = [
		...(await askAboutBound(ask, oldest)),
		await askAboutCursor(ask, {name: 'id', parameters: {}, start: first}),
		await askAboutCursor(ask, {name: 'timestamp', parameters: fromTheStart, start: oldest}),
		askAboutEncoding(log.cursors),
		await askAboutPageSize(ask),
		...lookAtChanges([...all.values()]),
		...(await askAboutMessageless(ask, byId, oldest)),
		await askAboutArchived(ask),
		lookAtBursts(log),
	];
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
