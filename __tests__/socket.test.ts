import {once} from 'node:events';
import {type AddressInfo, createServer, type Socket} from 'node:net';
import {inspect} from 'node:util';
import {gzipSync} from 'node:zlib';
import {afterAll, beforeAll, expect, test} from '@jest/globals';
import fc from 'fast-check';
import {PaginationError, paginate} from '../lib/index.ts';
import {collect} from './support/collect.ts';

/** HubSpot, as far as bytes go: answers request `number` with what the test has put there. */
type Answer = (socket: Socket, page: Buffer) => void;
let answer: Answer = () => {};
let requests = 0;
const rejections: unknown[] = [];
const onRejection = (reason: unknown) => rejections.push(reason);
const sockets = new Set<Socket>();

const pages = [['1', '2'], [], ['3'], ['4', '5']];
const token = 'pat-na1-0123456789-secret';

function pageOf(head: string): Buffer {
	const after = Number(/[?&]after=(\d+)/.exec(head)?.[1] ?? 0);
	const isLast = after === pages.length - 1;
	const results = (pages[after] ?? []).map(id => ({id, text: 'é'.repeat(50)}));
	return Buffer.from(JSON.stringify({results, ...(!isLast && {paging: {next: {after: String(after + 1)}}})}));
}

const server = createServer(socket => {
	sockets.add(socket);
	socket.on('error', () => {});
	let head = '';
	socket.on('data', bytes => {
		head += bytes.toString('latin1');
		if (head.includes('\r\n\r\n')) {
			const page = pageOf(head);
			head = '';
			answer(socket, page);
		}
	});
});

beforeAll(async () => {
	process.on('unhandledRejection', onRejection);
	await once(server.listen(0, '127.0.0.1'), 'listening');
});

afterAll(async () => {
	for (const socket of sockets) {
		socket.destroy();
	}

	server.close();
	await once(server, 'close');
	process.off('unhandledRejection', onRejection);
	expect(rejections).toEqual([]);
});

const headers = (length: number | undefined, status = '200 OK', more = '') =>
	`HTTP/1.1 ${status}\r\ncontent-type: application/json\r\n${more}${length === undefined ? '' : `content-length: ${length}\r\n`}\r\n`;

function answerWell(socket: Socket, page: Buffer) {
	socket.write(Buffer.concat([Buffer.from(headers(page.length)), page]));
}

/** What a broken server or network can send, each drawn with a place to cut. */
const brokenAnswers: Readonly<Record<string, (socket: Socket, page: Buffer, cut: number) => void>> = {
	reset: socket => socket.resetAndDestroy(),
	close: socket => socket.end(),
	'garbage for HTTP': socket => socket.end('garbage\r\n\r\n'),
	'half of the headers': (socket, page, cut) => socket.end(headers(page.length).slice(0, 5 + (cut % 40))),
	'a body that is cut': (socket, page, cut) =>
		socket.end(Buffer.concat([Buffer.from(headers(page.length)), page.subarray(0, cut % page.length)])),
	'a body that is cut, without a length': (socket, page, cut) =>
		socket.end(
			Buffer.concat([
				Buffer.from(headers(undefined, undefined, 'connection: close\r\n')),
				page.subarray(0, cut % page.length),
			]),
		),
	'a compressed body that is cut': (socket, page, cut) => {
		const bytes = gzipSync(page);
		socket.end(
			Buffer.concat([
				Buffer.from(headers(undefined, undefined, 'connection: close\r\ncontent-encoding: gzip\r\n')),
				bytes.subarray(0, cut % (bytes.length - 8)),
			]),
		);
	},
	'compression that is none': (socket, page) =>
		socket.write(
			Buffer.concat([Buffer.from(headers(page.length, undefined, 'content-encoding: gzip\r\n')), page]),
		),
	'a chunk that is cut': (socket, page, cut) =>
		socket.end(
			`${headers(undefined, undefined, 'transfer-encoding: chunked\r\n')}${page.length.toString(16)}\r\n${page.subarray(0, cut % page.length)}`,
		),
	204: socket => socket.write('HTTP/1.1 204 No Content\r\n\r\n'),
	'an empty 200': socket => socket.write(headers(0)),
	HTML: socket => socket.write(`${headers(7)}<html/>`),
	525: socket => socket.write(`${headers(2, '525 SSL')}{}`),
	'503 with the token': socket =>
		socket.write(`${headers(token.length, '503 No', 'retry-after: 0\r\n')}${token}`),
	'429 that asks for little': socket => socket.write(`${headers(2, '429 No', 'retry-after: 0.01\r\n')}{}`),
	silence: () => {},
	'silence in the body': (socket, page, cut) =>
		socket.write(Buffer.concat([Buffer.from(headers(page.length)), page.subarray(0, cut % page.length)])),
};

async function walk(script: ReadonlyArray<readonly [how: string, cut: number]>) {
	requests = 0;
	answer = (socket, page) => {
		const [how, cut] = script[requests++] ?? ['', 0];
		const broken = brokenAnswers[how];
		if (broken) {
			broken(socket, page, cut);
		} else {
			answerWell(socket, page);
		}
	};
	const {port} = server.address() as AddressInfo;
	const {items, error} = await collect(
		paginate({
			accessToken: token,
			baseUrl: `http://127.0.0.1:${port}`,
			// Where it is not the timeout that is tried, none strikes because the machine is busy.
			timeout: script.some(([how]) => how.startsWith('silence')) ? 300 : 10_000,
			retry: {retries: 3, minTimeout: 1, maxTimeout: 5},
		}),
	);
	return {ids: items.map(({id}) => id), error, requests};
}

test.each(Object.keys(brokenAnswers))(
	'%s is retried, wherever it is cut',
	async how => {
		for (const cut of [0, 1, 7, 22, 50, 120]) {
			expect(
				await walk([
					['', 0],
					[how, cut],
				]),
			).toEqual({
				ids: ['1', '2', '3', '4', '5'],
				error: undefined,
				requests: 5,
			});
		}
	},
	20_000,
);

test('whatever bytes come, in any order: nothing is lost or invented, nothing hangs, and no error has the token', async () => {
	const how = fc.tuple(fc.constantFrom('', '', ...Object.keys(brokenAnswers)), fc.nat(400));
	await fc.assert(
		fc.asyncProperty(fc.array(how, {maxLength: 14}), async script => {
			const {ids, error} = await walk(script);
			expect(['1', '2', '3', '4', '5'].slice(0, ids.length)).toEqual(ids);
			if (error === undefined) {
				expect(ids).toHaveLength(5);
			} else {
				expect(error).toBeInstanceOf(PaginationError);
				expect(error).toMatchObject({attempts: 4});
				expect(inspect(error, {depth: 20, showHidden: true})).not.toContain(token);
			}
		}),
		{numRuns: 40, interruptAfterTimeLimit: 15_000},
	);
}, 30_000);
