/** What every check uses. Nothing here or in a check is of one runtime alone: they run in browsers and Workers too. */

export function assert(isTrue, message) {
	if (!isTrue) {
		throw new Error(message);
	}
}

export function equal(actual, expected, what) {
	const [found, wanted] = [actual, expected].map(value => JSON.stringify(value));
	assert(found === wanted, `${what}: expected ${wanted}, found ${found}`);
}

/** What `work` rejects with, whatever it is. */
export async function rejection(work) {
	try {
		await work();
	} catch (error) {
		return error;
	}

	throw new Error('It did not reject');
}

export const sleep = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));

const patience = 10_000;

/** Looks again and again, and not for ever: what hangs is to be told by its name. */
async function eventually(isThere, what) {
	for (const start = Date.now(); !(await isThere()); await sleep(5)) {
		assert(Date.now() - start < patience, `${what} within ${patience} ms`);
	}
}

/** The server has heard that the client of its request with this number is gone. */
export const isAborted = (hubspot, number) =>
	eventually(
		async () => (await hubspot.requests()).some(request => request.number === number && request.isAborted),
		`HubSpot did not hear of the end of request ${number}`,
	);

/** The server has got so many requests. */
export const hasRequests = (hubspot, count) =>
	eventually(async () => (await hubspot.requests()).length >= count, `HubSpot did not get ${count} requests`);

export async function toArray(iterable) {
	const items = [];
	for await (const item of iterable) {
		items.push(item);
	}

	return items;
}

/** The ids that a sandbox of so many threads lists. */
export const idsOf = count => Array.from({length: count}, (_, index) => String(1_000_000_007 + 13 * index));

/** Fails fast, and waits for little: for the checks in which something goes wrong. */
export const hurried = {retry: {minTimeout: 1, maxTimeout: 5}};
