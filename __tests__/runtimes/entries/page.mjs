/** A page: `runChecks(only)` of the window runs the checks, over HTTP at a path of the page's own origin. */
import * as library from '../../../dist/index.js';
import {createSandbox} from '../../../dist/sandbox.js';
import {runChecks} from '../checks/run.mjs';

globalThis.runChecks = only => runChecks({library, createSandbox, origin: '', only});
