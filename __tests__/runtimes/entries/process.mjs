/** Node, Bun and Deno: `process.mjs ORIGIN [ONLY]` prints the results as JSON, and must end by itself. */
import * as library from '../../../dist/index.js';
import {createSandbox} from '../../../dist/sandbox.js';
import {runChecks} from '../checks/run.mjs';

const [origin, only] = globalThis.Deno?.args ?? globalThis.process.argv.slice(2);
console.log(JSON.stringify(await runChecks({library, createSandbox, origin: origin || undefined, only})));
