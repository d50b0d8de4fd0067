import type {Throttle} from '../request/throttle.ts';
import {parseSharedOptions, type SharedThrottleOptions} from './options.ts';
import {horizon, parseAnswer, type Store, slack} from './store.ts';
import {createStoreThrottle} from './store-throttle.ts';

/** Runs a Lua script with its keys and arguments on your client, and gives what it returns. */
export type RedisEvaluate = (script: string, keys: string[], args: string[]) => PromiseLike<unknown>;

/** A day without a request: then the key goes, and thousands of accounts leave nothing behind. */
const lifetime = 86_400_000;

/** Microseconds, as whole numbers: Lua would write a number as large as this with an exponent. */
const script = `
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local known = redis.call('HMGET', KEYS[1], 'slot', 'requests', 'milliseconds')
local slot, requests, milliseconds = tonumber(known[1]), known[2], known[3]
local replaces, pause, takes = ARGV[3] == '1', ARGV[4] * 1000, ARGV[5] == '1'
local granted = 0
if replaces or not slot then
	requests, milliseconds = ARGV[1], ARGV[2]
end
if not slot then
	slot = now + math.max(${horizon * 1000}, pause)
else
	local free = math.max(slot + math.ceil(${slack * 1000} * milliseconds / requests), now)
	if takes and pause == 0 and free <= now + ${horizon * 1000} then
		slot, granted = free, 1
	else
		slot = math.max(slot, now + pause)
	end
end
redis.call('HSET', KEYS[1], 'slot', string.format('%.0f', slot), 'requests', requests, 'milliseconds', milliseconds)
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', math.max(slot - now, 0) / 1000 + ${lifetime}))
return {granted, slot - now, requests, milliseconds}
`;

/**
 * A throttle for all processes that share a Redis (or Valkey) and a `key`: evenly spaced slots on the server's clock,
 * never more than `limit` in any rolling `interval`, at least 93 % of it used. One small script for each request; a
 * pause after a 429 and a limit that HubSpot's headers tell hold for everybody.
 *
 * ```js
 * import {createClient} from 'redis';
 * import {createRedisThrottle} from 'hubspot-threads/shared';
 *
 * const client = await createClient().connect();
 * const throttle = createRedisThrottle((script, keys, args) => client.eval(script, {keys, arguments: args}), {
 *   key: 'account 481939',
 * });
 * ```
 *
 * | client | `evaluate` |
 * |---|---|
 * | redis | `(script, keys, args) => client.eval(script, {keys, arguments: args})` |
 * | ioredis | `(script, keys, args) => client.eval(script, keys.length, ...keys, ...args)` |
 * | Bun | `(script, keys, args) => client.send('EVAL', [script, String(keys.length), ...keys, ...args])` |
 *
 * While the server is away no request is sent: `acquire()` rejects with an error that says so. The first slot of a new
 * key, or after the key was lost, comes a second later. The key is `hubspot-threads:throttle:` and yours; it goes
 * after a day without a request.
 *
 * @throws {TypeError} if `evaluate` is not a function, if `key` is not a non-empty string or a number, if `limit` or
 *   `interval` is not a whole number of at least 1, or for an option that does not exist.
 */
export function createRedisThrottle(evaluate: RedisEvaluate, options: SharedThrottleOptions): Throttle {
	const shared = parseSharedOptions('evaluate', evaluate, options);
	return createStoreThrottle(createRedisStore(evaluate, shared.key), shared);
}

function createRedisStore(evaluate: RedisEvaluate, key: string): Store {
	return {
		name: 'Redis',
		async ask({rate, replaces, pause, takes}) {
			const args = [rate.limit, rate.interval, Number(replaces), pause, Number(takes)].map(String);
			const values: unknown = await evaluate(script, [`hubspot-threads:throttle:${key}`], args);
			const {
				granted,
				wait,
				rate: shared,
			} = parseAnswer(
				Array.isArray(values) ? values : [],
				'`evaluate` must give what the script returns, an array of four',
			);
			return {granted, wait: wait / 1000, rate: shared};
		},
	};
}
