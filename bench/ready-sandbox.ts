import {createThrottle, paginate} from 'hubspot-threads';
import {createSandbox, type Sandbox, type SandboxOptions} from 'hubspot-threads/sandbox';
import {serve} from 'srvx/node';
import {firstWhere} from '../lib/sandbox/store.ts';

/** A sandbox whose answers are ready before they are asked for: making them would take CPU from whoever asks. */
export async function startReadySandbox(options: SandboxOptions) {
	const sandbox = createSandbox(options);
	const answer = keepAnswers(sandbox);
	const answerByTime = await readListByTime(sandbox);
	const server = serve({
		port: 0,
		hostname: '127.0.0.1',
		silent: true,
		gracefulShutdown: false,
		fetch: request => answerByTime(new URL(request.url).searchParams) ?? answer(request),
	});
	await server.ready();
	return {...sandbox, url: new URL(server.url as string).origin};
}

/** Walks by id ask for the same pages in every run. */
function keepAnswers({fetch}: Sandbox) {
	const kept = new Map<string, {readonly body: ArrayBuffer; readonly headers: Headers}>();

	return async (request: Request): Promise<Response> => {
		let answer = kept.get(request.url);
		if (!answer) {
			const response = await fetch(request);
			answer = {body: await response.arrayBuffer(), headers: response.headers};
			kept.set(request.url, answer);
		}

		return new Response(answer.body, {headers: answer.headers});
	};
}

/**
 * A sync asks for other pages in every run, so each is cut out of the whole list. That one is bytes: a million
 * threads would keep the garbage collector busy.
 */
async function readListByTime({fetch, accessToken}: Sandbox) {
	const times: number[] = [];
	const starts: number[] = [];
	const items: Buffer[] = [];
	let end = 0;
	let headers = new Headers();
	const threads = paginate({
		async fetch(request) {
			const response = await fetch(request);
			({headers} = response);
			return response;
		},
		accessToken,
		throttle: createThrottle({limit: 1000, interval: 1}),
		sort: 'latestMessageTimestamp',
		latestMessageTimestampAfter: new Date(1),
	});
	for await (const thread of threads) {
		const item = Buffer.from(`,${JSON.stringify(thread)}`);
		times.push(Date.parse(String(thread.latestMessageTimestamp)));
		starts.push(end);
		items.push(item);
		end += item.length;
	}

	starts.push(end);
	const list = Buffer.concat(items);

	return (parameters: URLSearchParams): Response | undefined => {
		const bound = parameters.get('latestMessageTimestampAfter');
		if (bound === null) {
			return undefined;
		}

		const from = Date.parse(bound);
		const first = firstWhere(times.length, index => (times[index] as number) >= from);
		const last = Math.min(first + Number(parameters.get('limit')), times.length);
		// Without the comma before it.
		const results = list.subarray((starts[first] as number) + 1, starts[last]);
		// No contender asks for it, for no millisecond has a page of threads.
		const paging = last < times.length ? ',"paging":{"next":{"after":"none","link":"?after=none"}}' : '';
		const body = Buffer.concat([Buffer.from('{"results":['), results, Buffer.from(`]${paging}}`)]);
		return new Response(body, {headers});
	};
}
