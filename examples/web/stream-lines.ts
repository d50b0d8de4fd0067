/**
 * A streamed answer with a line of JSON for each item. When the reader goes, the stream is cancelled, the generator
 * returns, and its request to HubSpot is aborted, also while HubSpot hangs. An error comes as the last line: by then the
 * status 200 has been sent.
 */
export function streamLines(items: AsyncGenerator<object, void>): Response {
	const encoder = new TextEncoder();
	const body = new ReadableStream({
		async pull(controller) {
			try {
				const {done, value} = await items.next();
				if (done) {
					controller.close();
				} else {
					controller.enqueue(encoder.encode(`${JSON.stringify(value)}\n`));
				}
			} catch (error) {
				controller.enqueue(encoder.encode(`${JSON.stringify({error: describe(error)})}\n`));
				controller.close();
			}
		},
		async cancel() {
			await items.return();
		},
	});
	return new Response(body, {headers: {'content-type': 'application/x-ndjson; charset=utf-8'}});
}

/** The errors of the library hold no secret, so a page may show them. */
function describe(error: unknown) {
	const {name, message, resume} = error as {name?: string; message?: string; resume?: object};
	return {name, message: message ?? String(error), resume};
}
