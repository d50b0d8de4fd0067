import {readFileSync} from 'node:fs';
import {split} from './create.ts';
import type {Dialect} from './database.ts';

const indexes = readFileSync(new URL('indexes.sql', import.meta.url), 'utf8');

/** PGlite and a server take the same SQL. */
export const postgres: Dialect = {
	setUp: [
		// Weeks begin at midnight UTC, wherever this runs.
		"SET TIME ZONE 'UTC'",
		// What two runs create at once, one of them creates.
		"SELECT pg_advisory_xact_lock(hashtext('hubspot-threads tables'))",
	],
	indexes: split(indexes),
	types: {text: 'text', timestamptz: 'timestamptz', boolean: 'boolean', integer: 'integer', json: 'json'},
	rowsFrom(columns, name) {
		// Text, also where it becomes JSON: only the text is taken as it is.
		const types = Object.entries(columns).map(
			([column, type]) => `${column} ${type === 'json' ? 'text' : type}`,
		);
		return `json_to_recordset($1::json) AS ${name}(${types.join(', ')})`;
	},
};
