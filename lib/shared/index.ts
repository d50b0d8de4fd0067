/**
 * One rate limit for all processes of an app, kept in the PostgreSQL or the Redis that they share. Your own client
 * is given as a function, so no client comes with it. Milliseconds everywhere.
 *
 * @module hubspot-threads/shared
 */
export type {RateLimit} from '../rate-limit.ts';
export type {Throttle} from '../request/throttle.ts';
export type {SharedThrottleOptions} from './options.ts';
export {createPostgresThrottle, type PostgresQuery, postgresThrottleTable} from './postgres.ts';
export {createRedisThrottle, type RedisEvaluate} from './redis.ts';
