/**
 * Draws what `npm run postgres` has copied: one page that needs nothing else, to be opened, printed or sent.
 *
 *   npm run report [-- --help]
 */
import {existsSync} from 'node:fs';
import {rename, writeFile} from 'node:fs/promises';
import {parseArgs} from 'node:util';
import {describeError} from '../describe-error.ts';
import {openDatabase} from './database.ts';
import {toPage} from './report/page.ts';
import {readReport} from './report/read.ts';

const help = `
Draws a report of the conversations that npm run postgres has copied.

  npm run report [-- [options] [threads.pglite]]

  --output FILE   where to (default: report.html)
  --account ID    which account, where the database has several
  -h, --help      this

  DATABASE_URL    a PostgreSQL server; without it, PGlite in a directory
`;

const url = process.env.DATABASE_URL ?? '';
try {
	const {values, positionals} = parseArgs({
		allowPositionals: true,
		options: {
			help: {type: 'boolean', short: 'h'},
			account: {type: 'string'},
			output: {type: 'string', default: 'report.html'},
		},
	});
	if (values.help) {
		console.log(help.trim());
	} else {
		await report(positionals[0] ?? 'threads.pglite', values.output, values.account);
	}
} catch (error) {
	console.error(describeError(error));
	process.exitCode = 1;
}

async function report(directory: string, output: string, account: string | undefined) {
	if (url === '' && !existsSync(directory)) {
		throw new Error(`${directory} is not there yet: npm run postgres`);
	}

	const database = await openDatabase(url, directory);
	try {
		const page = toPage(await readReport(database, account));
		// Under another name first: who is killed while writing leaves the last report whole.
		await writeFile(`${output}.new`, page);
		await rename(`${output}.new`, output);
		console.log(`${output} shows what is in ${database.name}.`);
	} finally {
		await database.close();
	}
}
