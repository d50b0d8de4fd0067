import type {StartSandboxOptions} from 'hubspot-threads/sandbox';

/** A HubSpot that is busy, strict and not always well, so that there is something to see. */
export const sandboxOptions: StartSandboxOptions = {
	threads: 25_000,
	latency: 30,
	rateLimit: {limit: 30, interval: 4000},
	/** By the number of the request. */
	faults: {
		8: {status: 503, headers: {'retry-after': '1'}},
		14: {reset: true},
		19: {size: 0},
		26: {
			status: 429,
			headers: {'retry-after': '1'},
			body: {
				status: 'error',
				message: 'You have reached your secondly limit.',
				errorType: 'RATE_LIMIT',
				policyName: 'SECONDLY',
			},
		},
		37: {cut: true},
		44: {size: 137},
		52: {status: 502, body: '<html><h1>Bad Gateway</h1></html>'},
	},
};
