import type {Ask} from './ask.ts';
import {cannotTell, type Finding} from './finding.ts';

/** HubSpot's OpenAPI file has one path to the dated version of the list, and its guide another. */
const paths = [
	'/conversations/conversations/2026-09/threads',
	'/conversations/2026-09/conversations/threads',
];

export async function askAboutVersions(ask: Ask): Promise<Finding[]> {
	const findings: Finding[] = [];
	for (const path of paths) {
		const {failure} = await ask({limit: '1'}, {path});
		const question = `What does \`GET ${path}\` answer?`;
		if (failure === undefined) {
			findings.push({question, answer: 'a page', because: 'it had `results`'});
		} else {
			const isRefused = failure.startsWith('HubSpot answered 4');
			findings.push(
				isRefused ? {question, answer: 'an error', because: failure} : cannotTell(question, failure),
			);
		}
	}

	return findings;
}
