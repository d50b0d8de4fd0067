import type {Resume} from '../resume.ts';
import type {ThreadStatus} from './thread.ts';
import type {AnyPaginateOptions} from './threads.ts';
import type {Id} from './values.ts';

/**
 * What `paginate()` and `pages()` take: `PaginateOptions`, and also options whose type leaves open which combination
 * they are, such as `Omit<PaginateOptions, 'accessToken'>` or a conditional spread. A type that can only be wrong does
 * not compile; what a type cannot tell is checked at the call.
 */
export type OpenPaginateOptions<Options, T> = AnyPaginateOptions<T> &
	Options &
	Combination<Options> &
	NoOthers<Options, keyof AnyPaginateOptions<T>>;

/** What the options lack, as a type that asks for it: so that tsc names the option that is missing. */
export type Combination<Options> = BoundOfSort<Options> &
	SortOfBound<Options> &
	StatusOfContact<Options> &
	NoInboxOfContact<Options> &
	ContactOfDescending<Options>;

/** No option that does not exist. What a `resume` of another list may hold is no mistake: it is absent here. */
export type NoOthers<Options, Names> = string extends keyof Options
	? unknown // An index signature, or `any`: it says nothing of what is there.
	: {readonly [Name in Exclude<keyof Options, Names | keyof Resume>]: Refused<'an option of this name'>};

/** No options have it: tsc says that the rule is what they lack. */
export type Refused<Rule extends string> = {readonly [Name in Rule]: never};

type ByTime = 'latestMessageTimestamp' | '-latestMessageTimestamp';

type BoundOfSort<Options> = [Values<Options, 'sort'>, Has<Options, 'latestMessageTimestampAfter'>] extends [
	ByTime,
	false,
]
	? Has<Options, 'sort'> extends true
		? {readonly latestMessageTimestampAfter: Date | string}
		: unknown
	: unknown;

type SortOfBound<Options> =
	IsCertain<Options, 'latestMessageTimestampAfter'> extends true
		? [Extract<Values<Options, 'sort'>, ByTime>] extends [never]
			? Has<Options, 'sort'> extends true
				? Refused<'a `sort` by time, which `latestMessageTimestampAfter` requires'>
				: {readonly sort: ByTime}
			: unknown
		: unknown;

type StatusOfContact<Options> = [
	IsCertain<Options, 'associatedContactId'>,
	Has<Options, 'threadStatus'>,
] extends [true, false]
	? {readonly threadStatus: ThreadStatus}
	: unknown;

type NoInboxOfContact<Options> = [
	IsCertain<Options, 'associatedContactId'>,
	IsCertain<Options, 'inboxId'>,
] extends [true, true]
	? Refused<'`associatedContactId` without `inboxId`'>
	: unknown;

type ContactOfDescending<Options> = [Values<Options, 'sort'>, Has<Options, 'associatedContactId'>] extends [
	`-${string}`,
	false,
]
	? Has<Options, 'sort'> extends true
		? {readonly associatedContactId: Id}
		: unknown
	: unknown;

/** What an option can be, in any member of a union. */
type Values<Options, Name> = Options extends unknown
	? Name extends keyof Options
		? NonNullable<Options[Name]>
		: never
	: never;

type Has<Options, Name> = [Values<Options, Name>] extends [never] ? false : true;

/** Whether an option is given in each member of a union, and never `undefined`. */
type IsCertain<Options, Name> = Name extends keyof Options
	? undefined extends Options[Name]
		? false
		: Has<Options, Name>
	: false;
