/** An answer other than 200, with HubSpot's fields; what is undefined is left out of the body. */
export class HubspotError extends Error {
	readonly status: number;
	readonly body: Readonly<Record<string, unknown>>;

	constructor(status: number, body: Readonly<Record<string, unknown>>) {
		super(`${status}`);
		this.status = status;
		this.body = body;
	}
}

export function validationError(message: string): never {
	throw new HubspotError(400, {category: 'VALIDATION_ERROR', message});
}

/** @param what is not there, such as `thread`. */
export function notFound(what: string): never {
	throw new HubspotError(404, {category: 'OBJECT_NOT_FOUND', message: `The ${what} was not found.`});
}
