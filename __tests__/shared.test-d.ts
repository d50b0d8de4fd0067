/**
 * Checked by `tsc` alone, and never run: what must not compile has an expected error, and tsc fails where there is
 * none. Each client in one line is compiled, and run, in several-processes/clients.test.ts.
 */
import {pages, type Throttle} from '../lib/index.ts';
import {createPostgresThrottle, createRedisThrottle} from '../lib/shared/index.ts';

const throttle: Throttle = createPostgresThrottle(async () => [{}], {key: 1});
pages({accessToken: '', throttle});
createRedisThrottle(async () => [], {key: 'a', limit: undefined, interval: 1000});

// @ts-expect-error: whose limit it is must be said.
createPostgresThrottle(async () => [], {});
// @ts-expect-error: a misspelt option.
createPostgresThrottle(async () => [], {key: 1, max: 5});
// @ts-expect-error: the rows, not the whole result.
createPostgresThrottle(async () => ({rows: []}), {key: 1});
// @ts-expect-error: a function over the client, not the client.
createRedisThrottle({eval: async () => []}, {key: 1});
