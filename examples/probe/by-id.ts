import type {Thread} from 'hubspot-threads';
import type {Ask} from './ask.ts';
import {cannotTell, type Finding} from './finding.ts';

const questions = [
	['What does `GET …/threads/{id}` answer for an archived thread?', {}],
	['And with `archived=true`?', {archived: 'true'}],
] as const;

export async function askAboutById(ask: Ask, archived: Thread | undefined): Promise<Finding[]> {
	const findings: Finding[] = [];
	for (const [question, parameters] of questions) {
		findings.push(
			archived
				? await askFor(question, archived.id, parameters)
				: cannotTell(question, 'no archived thread was found'),
		);
	}

	// No list says which threads were deleted; this one never was.
	return [...findings, await askFor('And for one that is not there?', '1', {})];

	async function askFor(question: string, id: string, parameters: Readonly<Record<string, string>>) {
		const path = `/conversations/v3/conversations/threads/${id}`;
		const {threads, failure} = await ask(parameters, {path});
		return failure === undefined
			? {question, answer: 'the thread', because: `its \`archived\` was ${threads[0]?.archived}`}
			: failure.startsWith('HubSpot answered 4')
				? {question, answer: 'an error', because: failure}
				: cannotTell(question, failure);
	}
}
