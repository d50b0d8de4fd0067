/**
 * Prints the rows of queries: `node read-postgres.ts DATABASE_URL DIRECTORY SQL …`. In a process of its own, for PGlite
 * imports while it works, which Jest refuses where tests run side by side.
 */
import {openDatabase} from '../../examples/postgres/database.ts';

const [url = '', directory = '', ...queries] = process.argv.slice(2);
const database = await openDatabase(url, directory);
await database.query("SET TIME ZONE 'UTC'");
const results = [];
for (const sql of queries) {
	results.push((await database.query(sql)).rows);
}

process.stdout.write(JSON.stringify(results));
await database.close();
