/** Stands where `serve.ts` does in a runtime without servers, such as a browser. */
export function serve(): never {
	throw new Error('startSandbox() needs Node, Bun or Deno; createSandbox() works here too.');
}
