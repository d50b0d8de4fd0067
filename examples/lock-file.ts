import {readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {hostname} from 'node:os';
import {basename, dirname, join} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';

/**
 * Keeps a second run away from a file or directory. The mark of each run is a file of its own, and no run ever takes
 * over another's: it looks at the others once its own is there, so of two runs at least one sees the other. What a
 * killed run left behind is removed.
 *
 * @param what to call it in the refusal.
 * @returns what takes the mark away again.
 * @throws {Error} that says who is running.
 */
export async function lockFile(path: string, what: string): Promise<() => Promise<void>> {
	const prefix = `${basename(path)}.running.`;
	const mine = `${prefix}${process.pid}@${hostname()}`;
	const file = (name: string) => join(dirname(path), name);
	const unlock = () => rm(file(mine), {force: true});
	await writeFile(file(mine), '');
	try {
		// Two that begin in the same moment see each other. One of them leaves at once, so the other waits for that.
		for (let patience = 20; ; patience--) {
			const other = await findOther(dirname(path), prefix, mine);
			if (other === undefined) {
				return unlock;
			}

			if (patience === 0 || mine > other) {
				const [pid, host] = other.slice(prefix.length).split('@');
				const isHere = host === hostname();
				throw new Error(
					`${what} is in use by another run, process ${pid}${isHere ? '' : ` on ${host}`}: wait until it has ended` +
						`${isHere ? '' : `, or remove ${file(other)} if it has`}`,
				);
			}

			await wait(50);
		}
	} catch (error) {
		await unlock();
		throw error;
	}
}

/** The mark of another run that lives. */
async function findOther(directory: string, prefix: string, mine: string): Promise<string | undefined> {
	const names = await readdir(directory);
	for (const name of names.filter(name => name.startsWith(prefix) && name !== mine)) {
		const [pid, host] = name.slice(prefix.length).split('@');
		if (host !== hostname() || (await isAlive(Number(pid)))) {
			return name;
		}

		await rm(join(directory, name), {force: true});
	}

	return undefined;
}

async function isAlive(pid: number): Promise<boolean> {
	try {
		process.kill(pid, 0);
	} catch (error) {
		// It is there, but somebody else's.
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}

	// On Linux, one that was killed keeps its number until its parent has looked, which may be never in a container.
	const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
	return !/\) [ZX] /.test(stat);
}
