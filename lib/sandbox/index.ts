/**
 * The embedded HubSpot that tests this library, to test your job too: its list, its rate limit, its OAuth and its
 * errors, with faults that can be scripted.
 *
 * @module hubspot-threads/sandbox
 */
export type {Fault} from './fault.ts';
export type {ListStyle} from './list.ts';
export type {Spread} from './make-threads.ts';
export type {SandboxOAuth} from './oauth.ts';
export type {SandboxRateLimit} from './rate-limiter.ts';
export {createSandbox, type Sandbox, type SandboxOptions, type SandboxRequest} from './sandbox.ts';
export {type StartedSandbox, type StartSandboxOptions, startSandbox} from './start-sandbox.ts';
export type {IndexOptions} from './store.ts';
