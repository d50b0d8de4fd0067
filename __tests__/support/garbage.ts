import {setFlagsFromString} from 'node:v8';
import {runInNewContext} from 'node:vm';

setFlagsFromString('--expose-gc');

/** Collects what nothing holds, now: otherwise a test would miss it once in a while, not in every run. */
export const collectGarbage: () => void = runInNewContext('gc');
