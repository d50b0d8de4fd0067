import {execFileSync} from 'node:child_process';
import {once} from 'node:events';
import {readFileSync} from 'node:fs';
import {createServer} from 'node:http';
import {createSecureServer} from 'node:http2';
import {type AddressInfo, connect, type Socket} from 'node:net';
import {join} from 'node:path';
import {createSandbox, type Sandbox, type SandboxOptions} from '../../lib/sandbox/index.ts';

/** A sandbox behind TLS that speaks HTTP/1.1 and HTTP/2, with a certificate that only those trust who are told to. */
export interface TlsHubspot {
	readonly url: string;
	/** A file with the certificate. */
	readonly certificate: string;
	readonly sandbox: Sandbox;
	/** Of each request. */
	readonly protocols: readonly string[];
	connections(): number;
	close(): void;
}

export async function startTlsHubspot(folder: string, options: SandboxOptions): Promise<TlsHubspot> {
	const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'company.pem')];
	execFileSync(
		'openssl',
		[
			...[
				'req',
				'-x509',
				'-newkey',
				'ec',
				'-pkeyopt',
				'ec_paramgen_curve:prime256v1',
				'-nodes',
				'-days',
				'2',
			],
			...[
				'-subj',
				'/CN=localhost',
				'-addext',
				'subjectAltName=DNS:localhost',
				'-keyout',
				key,
				'-out',
				certificate,
			],
		],
		{stdio: 'ignore'},
	);
	const sandbox = createSandbox(options);
	const protocols: string[] = [];
	const sockets = new Set<Socket>();
	const server = createSecureServer(
		{allowHTTP1: true, key: readFileSync(key), cert: readFileSync(certificate)},
		async (request, response) => {
			protocols.push(request.httpVersion);
			const headers = {authorization: String(request.headers.authorization)};
			const answer = await sandbox.fetch(new Request(`https://localhost${request.url}`, {headers}));
			response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
		},
	);
	// It keeps a connection as long as the client, and does not say how long.
	Object.assign(server, {keepAliveTimeout: 0});
	let connections = 0;
	server.on('secureConnection', socket => {
		connections++;
		sockets.add(socket);
	});
	await once(server.listen(0, '127.0.0.1'), 'listening');
	return {
		url: `https://localhost:${(server.address() as AddressInfo).port}`,
		certificate,
		sandbox,
		protocols,
		connections: () => connections,
		close() {
			server.close();
			for (const socket of sockets) {
				socket.destroy();
			}
		},
	};
}

/** A proxy that tells which tunnels it dug. */
export async function startProxy() {
	const tunnels: string[] = [];
	const server = createServer().on('connect', ({url = ''}, client: Socket) => {
		tunnels.push(url);
		const [host, port] = url.split(':');
		const target = connect(Number(port), host, () => {
			client.write('HTTP/1.1 200 OK\r\n\r\n');
			target.pipe(client).pipe(target);
		});
		for (const socket of [client, target]) {
			socket.on('error', () => {
				client.destroy();
				target.destroy();
			});
		}
	});
	await once(server.listen(0, '127.0.0.1'), 'listening');
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	return {url, tunnels, close: () => server.close().closeAllConnections()};
}
