import type {Throttle} from 'hubspot-threads';
import type {Database} from './database.ts';

/** What every step of a run works with. */
export interface Job {
	readonly database: Database;
	readonly account: string;
	/** For the options of every walk: one throttle for all of them. */
	readonly connection: {
		readonly accessToken: string;
		readonly baseUrl: string;
		readonly throttle: Throttle;
		readonly signal: AbortSignal;
	};
	/** Tells what is being done, for the line of progress. */
	say(what: string): void;
}
