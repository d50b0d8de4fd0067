import {expect, test} from '@jest/globals';
import fc from 'fast-check';
import {paginate, RequestError} from '../lib/index.ts';
import {collect} from './support/collect.ts';

/** Bytes that end no JSON string, in UTF-8 or not. */
const insideString = fc
	.array(fc.oneof(fc.constantFrom(0x61, 0xef, 0xbb, 0xbf), fc.integer({min: 0x80, max: 0xff})))
	.map(bytes => Buffer.from(bytes));
const bytes = fc
	.tuple(fc.constantFrom('', '\uFEFF'), fc.oneof(insideString, fc.string({unit: 'binary'}).map(encode)))
	.map(([mark, id]) => Buffer.concat([Buffer.from(`${mark}{"results":[{"id":"`), id, Buffer.from('"}]}')]));

test('wherever the network cuts a body, it reads as `Response.text()` does', async () => {
	await fc.assert(
		fc.asyncProperty(bytes, fc.array(fc.nat()), async (body, cuts) => {
			const ends = [...cuts.map(cut => cut % (body.length + 1)), body.length].toSorted((a, b) => a - b);
			const chunks = ends.map((end, index) => body.subarray(ends[index - 1] ?? 0, end));
			const stream = new ReadableStream({
				start(controller) {
					for (const chunk of chunks) {
						controller.enqueue(chunk);
					}

					controller.close();
				},
			});
			const fetch = async () => new Response(stream);
			expect(await collect(paginate({accessToken: 'token', fetch}))).toEqual({
				items: JSON.parse(await new Response(body).text()).results,
			});
		}),
	);
});

test('a body that ends within a character is not a whole one', async () => {
	const body = Buffer.concat([Buffer.from('{"results":[]}'), Buffer.from('é').subarray(0, 1)]);
	const {error} = await collect(
		paginate({accessToken: 'token', fetch: async () => new Response(body), retry: {retries: 0}}),
	);
	expect(error).toBeInstanceOf(RequestError);
});

/** As the inside of a JSON string. */
function encode(text: string): Buffer {
	return Buffer.from(JSON.stringify(text).slice(1, -1));
}
