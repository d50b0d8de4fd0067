import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtemp, readdir, rm, writeFile} from 'node:fs/promises';
import {hostname, tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, expect, test} from '@jest/globals';
import {lockFile} from '../examples/lock-file.ts';

const root = await mkdtemp(join(tmpdir(), 'lock-'));
afterAll(() => rm(root, {recursive: true}));

/** A process that takes the lock, says what came of it, and keeps it until it is killed. */
function contend(file: string) {
	const program = `
		import {lockFile} from ${JSON.stringify(join(import.meta.dirname, '../examples/lock-file.ts'))};
		try {
			await lockFile(${JSON.stringify(file)}, 'it');
			console.log('mine');
			setInterval(() => {}, 1000);
		} catch (error) {
			console.log(error.message);
		}`;
	const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {timeout: 50_000});
	return {child, said: once(child.stdout, 'data').then(([data]) => String(data).trim())};
}

test('of several that begin in the same moment, one gets it', async () => {
	// Draws the order in which they look, as the machine runs them.
	const file = join(root, 'moment');
	const all = Array.from({length: 5}, () => contend(file));
	const said = await Promise.all(all.map(({said}) => said));
	const winners = all.filter((_, index) => said[index] === 'mine');
	expect(winners).toHaveLength(1);
	for (const sentence of said.filter(sentence => sentence !== 'mine')) {
		expect(sentence).toMatch(/^it is in use by another run, process \d+: wait until it has ended$/);
	}

	const [winner] = winners;
	const late = contend(file);
	expect(await late.said).toContain(`process ${winner?.child.pid}:`);

	// Killed, it leaves its mark, which is none.
	winner?.child.kill('SIGKILL');
	await once(winner?.child as NonNullable<typeof winner>['child'], 'close');
	const unlock = await lockFile(file, 'it');
	expect(await readdir(root)).toEqual([`moment.running.${process.pid}@${hostname()}`]);
	await unlock();
	expect(await readdir(root)).toEqual([]);
}, 60_000);

test('whether a run of another machine lives, it cannot know', async () => {
	const file = join(root, 'shared');
	await writeFile(`${file}.running.1@elsewhere`, '');
	await expect(lockFile(file, 'it')).rejects.toThrow(
		`it is in use by another run, process 1 on elsewhere: wait until it has ended, or remove ${file}.running.1@elsewhere if it has`,
	);
	expect(await readdir(root)).toEqual(['shared.running.1@elsewhere']);
	await rm(`${file}.running.1@elsewhere`);
});
