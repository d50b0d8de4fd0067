import type {Fault} from './fault.ts';
import {HubspotError} from './hubspot-error.ts';

/** One request, as an endpoint sees it. */
export interface Call {
	/** What stands in the path, decoded, by the name in the pattern. */
	readonly path: Readonly<Record<string, string>>;
	/** Of the query. */
	readonly parameters: URLSearchParams;
	/** Of a POST. */
	readonly body: string | undefined;
	readonly fault: Fault;
}

export interface Answer {
	/** Default: 200. */
	readonly status?: number;
	readonly body: unknown;
}

export interface Route {
	readonly method: 'GET' | 'POST';
	/** `{name}` stands for what is between two slashes. */
	readonly path: string;
	/** @throws {HubspotError} */
	readonly answer: (call: Call) => Answer;
}

/** A route with what its pattern found in a path; `undefined` if the path has others, which the method is not of. */
export type Found =
	| {readonly route: Route; readonly path: Readonly<Record<string, string>>}
	| {readonly route?: undefined; readonly allowed: readonly string[]};

/** Finds the endpoint of a request. */
export type Router = (method: string, pathname: string) => Found;

export function createRouter(routes: readonly Route[]): Router {
	const compiled = routes.map(route => ({route, pattern: patternOf(route.path)}));

	return (method, pathname) => {
		const matching = compiled.filter(({pattern}) => pattern.test(pathname));
		const one = matching.find(({route}) => route.method === method);
		const found = one?.pattern.exec(pathname)?.groups;
		return one
			? {route: one.route, path: decoded(found ?? {})}
			: {allowed: matching.map(({route}) => route.method)};
	};
}

/** @throws {HubspotError} 404 where nothing is, 405 where only another method is. */
export function refuse({allowed}: {readonly allowed: readonly string[]}): never {
	if (allowed.length === 0) {
		throw new HubspotError(404, {message: 'resource not found'});
	}

	throw new HubspotError(405, {message: 'HTTP 405 Method Not Allowed'});
}

const patternOf = (path: string) => new RegExp(`^${path.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);

function decoded(groups: Readonly<Record<string, string>>) {
	return Object.fromEntries(
		Object.entries(groups).map(([name, value]) => {
			try {
				return [name, decodeURIComponent(value)];
			} catch {
				// As it came: nothing has such an id.
				return [name, value];
			}
		}),
	);
}
