import {afterEach, describe, expect, test} from '@jest/globals';
import {paginate} from '../lib/index.ts';
import {createSandbox} from '../lib/sandbox/index.ts';

/** The URL of the only request of a walk. */
async function urlOf(options: {readonly baseUrl: string; readonly insecureHosts?: readonly string[]}) {
	const {accessToken, fetch} = createSandbox({threads: 1});
	let url = '';
	const walk = paginate({
		accessToken,
		...options,
		fetch(request) {
			url = request.url;
			const {pathname, search} = new URL(url);
			const path = pathname.slice(pathname.indexOf('/conversations'));
			return fetch(new Request(`https://api.hubapi.com${path}${search}`, request));
		},
	});
	await walk.next();
	await walk.return();
	return url;
}

describe('plain http to a host that the user names', () => {
	test.each([
		['http://hubspot-mock:3000', ['hubspot-mock'], 'http://hubspot-mock:3000/conversations/'],
		['http://HubSpot-Mock', ['other', 'hubspot-MOCK'], 'http://hubspot-mock/conversations/'],
		['http://10.0.0.7/hubspot', ['10.0.0.7'], 'http://10.0.0.7/hubspot/conversations/'],
		['http://[fd00::7]:81', ['[fd00::7]'], 'http://[fd00::7]:81/conversations/'],
		['https://api.hubapi.com', ['hubspot-mock'], 'https://api.hubapi.com/conversations/'],
		['http://127.0.0.1:81', [], 'http://127.0.0.1:81/conversations/'],
	])('%s with %j', async (baseUrl, insecureHosts, start) => {
		expect(await urlOf({baseUrl, insecureHosts})).toMatch(start);
	});

	test.each([
		['http://hubspot-mock', undefined],
		['http://hubspot-mock', []],
		['http://hubspot-mock.evil.example', ['hubspot-mock']],
		['http://evil-hubspot-mock', ['hubspot-mock']],
		['http://hubspot-mock@evil.example', ['hubspot-mock']],
		['http://a.hubspot-mock', ['hubspot-mock']],
		['ftp://hubspot-mock', ['hubspot-mock']],
	])('not %s with %j', (baseUrl, insecureHosts) => {
		expect(() => paginate({accessToken: 'token', baseUrl, insecureHosts})).toThrow(
			'`baseUrl` must begin with https:',
		);
	});

	test.each([
		['hubspot-mock', /must be an array of host names/],
		[true, /must be an array of host names/],
		[['http://hubspot-mock'], /must hold host names only/],
		[['hubspot-mock:3000'], /must hold host names only/],
		[['hubspot-mock/path'], /must hold host names only/],
		[['user@hubspot-mock'], /must hold host names only/],
		[['*'], /must hold host names only/],
		[['*.internal'], /must hold host names only/],
		[[''], /must hold host names only/],
		[[7], /must hold host names only/],
		[[null], /must hold host names only/],
	])('%j is refused', (insecureHosts, rule) => {
		const options = {accessToken: 'token', baseUrl: 'http://hubspot-mock', insecureHosts} as never;
		expect(() => paginate(options)).toThrow(rule);
		expect(() => paginate(options)).toThrow(/^`insecureHosts`/);
	});
});

// The page of a real browser is in runtimes/entries/page.mjs.
describe('a path of the page’s own origin', () => {
	const visit = (href: string) => Object.assign(globalThis, {location: new URL(href)});

	afterEach(() => {
		Reflect.deleteProperty(globalThis, 'location');
	});

	test.each([
		['https://app.example/inbox/7?a=b#c', '/hubspot', 'https://app.example/hubspot/conversations/'],
		['https://app.example:8443/', '/hubspot/', 'https://app.example:8443/hubspot/conversations/'],
		['https://app.example/inbox', '/', 'https://app.example/conversations/'],
		['http://localhost:3000/', '/hubspot', 'http://localhost:3000/hubspot/conversations/'],
	])('on %s, %s', async (page, baseUrl, start) => {
		visit(page);
		expect(await urlOf({baseUrl})).toMatch(start);
	});

	test.each([
		['https://app.example/', '//evil.example/hubspot', /must be a URL/],
		['https://app.example/', '/\\evil.example', /must be a URL/],
		['https://app.example/', 'hubspot', /must be a URL/],
		['https://app.example/', './hubspot', /must be a URL/],
		['about:blank', '/hubspot', /must be a URL/],
		['http://app.example/', '/hubspot', /must begin with https:/],
		['file:///home/page.html', '/hubspot', /must begin with https:/],
		['https://app.example/', '/hubspot?a=b', /must not hold/],
	])('on %s, not %s', (page, baseUrl, rule) => {
		visit(page);
		expect(() => paginate({accessToken: 'token', baseUrl})).toThrow(rule);
	});

	test('there is none without a page', () => {
		expect(() => paginate({accessToken: 'token', baseUrl: '/hubspot'})).toThrow(/must be a URL/);
	});
});
