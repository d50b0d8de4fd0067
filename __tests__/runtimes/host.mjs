import {ConnectionReset} from '../../lib/sandbox/fault.ts';
import {createSandbox} from '../../lib/sandbox/sandbox.ts';
import {serve} from '../../lib/sandbox/serve.ts';
import {collectGarbage} from '../support/garbage.ts';

/**
 * One server for all that a runtime needs over HTTP: sandboxes that it asks for, their logs, and the page of a browser.
 * All of it is one origin, as it is behind a proxy of an application's own.
 */
export async function startHost(files = {}) {
	const sandboxes = [];
	// A copy of a request hears of an abort only as long as the request itself is there.
	const copied = [];

	async function answer(request) {
		const {pathname} = new URL(request.url);
		const file = files[pathname];
		if (file) {
			return new Response(file.body, {headers: {'content-type': file.type}});
		}

		if (pathname === '/control/start') {
			const sandbox = createSandbox(await request.json());
			return Response.json({path: `/${sandboxes.push(sandbox)}`, accessToken: sandbox.accessToken});
		}

		const number = Number(pathname.match(/^\/(?:control\/requests\/)?(\d+)/)?.[1]);
		const sandbox = sandboxes[number - 1];
		if (!sandbox) {
			return new Response('nothing here', {status: 404});
		}

		if (pathname.startsWith('/control/')) {
			collectGarbage();
			return Response.json(
				sandbox.requests.map(({number, time, status, isAborted = false}) => ({
					number,
					time,
					status,
					isAborted,
				})),
			);
		}

		copied.push(request);
		return sandbox.fetch(new Request(request.url.replace(`/${number}/`, '/'), request));
	}

	return serve({port: 0, answer, isReset: error => error instanceof ConnectionReset});
}
