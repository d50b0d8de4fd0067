/** A Worker: `/?origin=…&only=…` runs the checks, and `/shared` is one walk of many requests that share a throttle. */
import * as library from '../../../dist/index.js';
import {createSandbox} from '../../../dist/sandbox.js';
import {runChecks} from '../checks/run.mjs';
import {toArray} from '../checks/support.mjs';

// As an application would have it: made once, for all requests that this Worker answers.
let throttle;

export default {
	async fetch(request) {
		const {pathname, searchParams} = new URL(request.url);
		if (pathname === '/shared') {
			throttle ??= library.createThrottle({limit: 3, interval: 300});
			const {accessToken, fetch} = createSandbox({threads: 6});
			const threads = await toArray(library.paginate({accessToken, fetch, pageSize: 2, throttle}));
			return Response.json(threads.map(({id}) => id));
		}

		const origin = searchParams.get('origin') ?? undefined;
		const only = searchParams.get('only') ?? undefined;
		return Response.json(await runChecks({library, createSandbox, origin, only}));
	},
};
