import {parseArgs} from 'node:util';
import type {PassName} from './passes.ts';

/** What a command was told. */
export interface Arguments {
	readonly place: string;
	readonly account: string | undefined;
	/** What is compared with HubSpot; nothing if it is empty. */
	readonly passes: readonly PassName[];
	/** Whether the run only compares, beside the hourly one. */
	readonly isOnlyComparing: boolean;
}

const choices = {
	none: [],
	open: ['open'],
	archived: ['archived'],
	all: ['archived', 'all'],
} as const satisfies Record<string, readonly PassName[]>;

/** @throws {TypeError} for what it does not know. */
export function readArguments(defaultPlace: string): Arguments | 'help' {
	const {values, positionals} = parseArgs({
		allowPositionals: true,
		options: {
			help: {type: 'boolean', short: 'h'},
			account: {type: 'string'},
			reconcile: {type: 'string', default: 'open'},
		},
	});
	if (values.help) {
		return 'help';
	}

	const {reconcile, account} = values;
	if (!Object.hasOwn(choices, reconcile)) {
		throw new TypeError(`--reconcile must be one of ${Object.keys(choices).join(', ')}`);
	}

	if (positionals.length > 1) {
		throw new TypeError(`One ${defaultPlace} at a time`);
	}

	return {
		place: positionals[0] ?? defaultPlace,
		account,
		passes: choices[reconcile as keyof typeof choices],
		isOnlyComparing: reconcile === 'archived' || reconcile === 'all',
	};
}

export const help = (command: string, place: string, more: string) => `
Copies the conversations of a HubSpot account into a database: threads, messages, who wrote them, and names.
Run it again to get what has changed; stop it at any moment, and run it again to go on.

  ${command} [-- [options] [${place}]]

  --reconcile open      compare the open threads with HubSpot's too: every hour (default)
  --reconcile none      only what got a message: between two hours
  --reconcile archived  only compare the archived threads: every day
  --reconcile all       only compare the archived threads, then all others: every week
  --account ID          the account that the token must belong to; needed to keep several in one database
  -h, --help            this

  HUBSPOT_ACCESS_TOKEN  with the scope conversations.read; without it, an embedded HubSpot is copied
${more}`;
