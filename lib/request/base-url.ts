import {refuse} from '../rules.ts';

const loopback = /^(?:127(?:\.\d+){3}|\[::1\]|(?:.+\.)?localhost)$/;

/** @throws {TypeError} that names the option and the rule. */
export function parseBaseUrl(baseUrl: unknown, insecureHosts: unknown = []): URL {
	const mayBeHttp = parseHosts(insecureHosts);
	const url = resolve(baseUrl instanceof URL ? baseUrl.href : baseUrl);
	if (url === null) {
		refuse('baseUrl', 'must be a URL, such as https://api.hubapi.com, or in a page a path of its own origin');
	}

	const isTrusted = loopback.test(url.hostname) || mayBeHttp.has(url.hostname);
	if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isTrusted)) {
		refuse(
			'baseUrl',
			'must begin with https: (http: only for this machine and `insecureHosts`), or the token could be read on its way',
		);
	}

	if (url.username || url.password || url.search || url.hash) {
		refuse('baseUrl', 'must not hold a user, a password, a query or a fragment');
	}

	return url;
}

function resolve(baseUrl: unknown): URL | null {
	if (typeof baseUrl !== 'string') {
		return null;
	}

	const folder = baseUrl.replace(/\/?$/, '/');
	if (!folder.startsWith('/')) {
		return URL.parse(folder);
	}

	// Where there is no page, there is no `location`, or none that a path can be resolved against.
	const {location} = globalThis;
	const url = location ? URL.parse(folder, location.href) : null;
	// `//host/` and `/\host/` look like paths and lead elsewhere.
	return url?.origin === location?.origin ? url : null;
}

function parseHosts(hosts: unknown): ReadonlySet<string> {
	if (!Array.isArray(hosts)) {
		refuse('insecureHosts', "must be an array of host names, such as ['hubspot-mock']");
	}

	return new Set(
		hosts.map(host => {
			// As it stands in a URL: in lower case, and without a port, a path or a wildcard.
			const name = typeof host === 'string' ? URL.parse(`http://${host}/`)?.hostname : undefined;
			if (!name || name !== host.toLowerCase() || name.includes('*')) {
				refuse('insecureHosts', 'must hold host names only, without http://, port or wildcard');
			}

			return name;
		}),
	);
}
