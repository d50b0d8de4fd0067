import type {Account} from '../account.ts';
import {notFound, validationError} from '../hubspot-error.ts';
import type {Route} from '../router.ts';

/** HubSpot's custom in batch reads; for actors it has not said. */
const maxInputs = 100;

export function actorRoutes({actors}: Account): readonly Route[] {
	return [
		{
			method: 'GET',
			path: '/actors/{actorId}',
			answer({path: {actorId = ''}}) {
				return {body: actors.get(actorId) ?? notFound('actor')};
			},
		},
		{
			method: 'POST',
			path: '/actors/batch/read',
			answer({body = ''}) {
				const startedAt = new Date().toISOString();
				const ids = [...new Set(parseInputs(body))];
				const results = ids.flatMap(id => actors.get(id) ?? []);
				const unknown = ids.filter(id => !actors.get(id));
				const answer = {status: 'COMPLETE', startedAt, completedAt: new Date().toISOString(), results};
				return unknown.length === 0
					? {body: answer}
					: {status: 207, body: {...answer, numErrors: 1, errors: [notFoundError(unknown)]}};
			},
		},
	];
}

/** @throws {HubspotError} 400 */
function parseInputs(body: string): readonly string[] {
	let inputs: unknown;
	try {
		({inputs} = JSON.parse(body));
	} catch {
		return validationError('Invalid input JSON.');
	}

	if (!Array.isArray(inputs) || inputs.length === 0 || !inputs.every(input => typeof input === 'string')) {
		return validationError('inputs must be a list of actor ids.');
	}

	return inputs.length > maxInputs
		? validationError(`inputs must be at most ${maxInputs} actor ids.`)
		: inputs;
}

const notFoundError = (ids: readonly string[]) => ({
	status: 'error',
	category: 'OBJECT_NOT_FOUND',
	message: 'Some actors were not found',
	errors: [],
	context: {ids},
	links: {},
});
