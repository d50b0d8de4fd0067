/** A server that answers with the given bodies, one after another, and keeps the URLs. */
export function scripted(...bodies: unknown[]) {
	const urls: URL[] = [];
	const fetch = async (request: Request) => {
		urls.push(new URL(request.url));
		return Response.json(bodies[urls.length - 1]);
	};
	return {urls, options: {accessToken: 'token', fetch}};
}
