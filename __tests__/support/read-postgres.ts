/**
 * Prints the rows that the example has stored: `node read-postgres.ts DATABASE_URL DIRECTORY`. In a process of its own,
 * for PGlite imports while it works, which Jest refuses where tests run side by side.
 */
import {openDatabase} from '../../examples/postgres/database.ts';

const [url = '', directory = ''] = process.argv.slice(2);
const database = await openDatabase(url, directory);
// `xmin` is another one after every write.
const {rows} = await database.query('SELECT *, xmin::text AS version FROM hubspot_threads ORDER BY id');
process.stdout.write(JSON.stringify(rows));
await database.close();
