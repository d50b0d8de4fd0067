import {failing} from './failing.mjs';
import {pacing} from './pacing.mjs';
import {reading} from './reading.mjs';
import {stopping} from './stopping.mjs';

/** Name → check. A check takes `{library, transport}`, and throws when something does not hold. */
export const checks = {...reading, ...stopping, ...failing, ...pacing};
