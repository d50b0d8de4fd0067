/**
 * The embedded HubSpot that tests this library, to test your job too: its lists, its rate limit, its OAuth and its
 * errors, with faults that can be scripted.
 *
 * @module hubspot-threads/sandbox
 */
export type {SandboxOAuth} from './endpoints/oauth.ts';
export type {ListStyle} from './endpoints/thread-list.ts';
export type {Fault} from './fault.ts';
export type {SandboxActor} from './made/actors.ts';
export type {SandboxAttachment} from './made/attachments.ts';
export type {SandboxChannel, SandboxChannelAccount} from './made/channels.ts';
export type {SandboxInbox} from './made/inboxes.ts';
export type {Spread} from './made/threads.ts';
export type {SandboxDeliveryIdentifier, SandboxMessage, SandboxMessageType} from './message.ts';
export type {SandboxOptions, SandboxRequest} from './options.ts';
export type {SandboxRateLimit} from './rate-limiter.ts';
export {createSandbox, type Sandbox} from './sandbox.ts';
export {type StartedSandbox, type StartSandboxOptions, startSandbox} from './start-sandbox.ts';
export type {IndexOptions} from './store.ts';
