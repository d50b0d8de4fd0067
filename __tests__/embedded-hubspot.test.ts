import {describe, expect, test} from '@jest/globals';
import {type Life, lifeAt} from '../examples/embedded/life.ts';
import {type Births, firstThreads} from '../examples/embedded/threads.ts';
import {createSandbox, type Sandbox} from '../lib/sandbox/index.ts';

const minute = 60_000;
const day = 1440 * minute;
const births: readonly Births[] = [
	{every: 3 * 60 * minute, keepFor: 30 * day},
	{every: 5000, keepFor: 15 * minute, isShort: true},
];
const noon = Date.UTC(2026, 2, 4, 12);
const lifeOf = (now: number, seed = 1) => lifeAt(now, seed, births);

function worldOf({threads, happenings}: Life, until: number): Sandbox {
	const world = createSandbox({threads: [...firstThreads, ...threads], seed: 1});
	for (const {time, happen} of happenings) {
		if (time <= until) {
			happen(world);
		}
	}

	return world;
}

const known = (world: Sandbox) => new Map([...world.threads].map(thread => [thread.id, thread]));

describe('what the embedded HubSpot holds', () => {
	test('follows from its seed and the clock', () => {
		const [first, second] = [worldOf(lifeOf(noon), noon), worldOf(lifeOf(noon), noon)];
		expect([...first.threads]).toEqual([...second.threads]);
		for (const {id} of first.threads) {
			expect(first.messages(id)).toEqual(second.messages(id));
		}

		expect([...worldOf(lifeOf(noon, 2), noon).threads]).not.toEqual([...first.threads]);
	});

	test.each([10_000, 5 * minute, 3 * day])(
		'is the same whether it was started before or after %i ms',
		later => {
			const started = worldOf(lifeOf(noon), noon + later);
			const fresh = worldOf(lifeOf(noon + later), noon + later);
			const there = known(fresh);
			let both = 0;
			for (const thread of started.threads) {
				const other = there.get(thread.id);
				// Who was started before does not know who came since; but neither has somebody whom the other lost.
				expect(thread).toEqual(other);
				expect(started.messages(thread.id)).toEqual(fresh.messages(thread.id));
				both++;
			}

			expect(both).toBeGreaterThan(100);
		},
	);

	test('changes all the time: threads come, get messages, close, reopen, move and disappear', () => {
		for (let now = noon; now < noon + 5 * minute; now += 10_000) {
			const [before, after] = [
				known(worldOf(lifeOf(now), now)),
				known(worldOf(lifeOf(now + 10_000), now + 10_000)),
			];
			expect([...after.keys()].some(id => !before.has(id))).toBe(true);
		}

		const [before, after] = [
			known(worldOf(lifeOf(noon), noon)),
			known(worldOf(lifeOf(noon + day), noon + day)),
		];
		const kept = [...before.values()].flatMap(thread => {
			const then = after.get(thread.id);
			return then ? [{thread, then}] : [];
		});
		expect(kept.length).toBeLessThan(before.size);
		expect(kept.some(({thread, then}) => thread.status === 'OPEN' && then.status === 'CLOSED')).toBe(true);
		expect(kept.some(({thread, then}) => thread.latestMessageTimestamp !== then.latestMessageTimestamp)).toBe(
			true,
		);
		const worldOfNoon = worldOf(lifeOf(noon), noon);
		const told = new Set(
			[...worldOfNoon.threads].flatMap(({id}) =>
				worldOfNoon.messages(id).map(({type, newStatus}) => newStatus ?? type),
			),
		);
		expect([...told]).toEqual(
			expect.arrayContaining(['MESSAGE', 'ASSIGNMENT', 'OPEN', 'CLOSED', 'THREAD_INBOX_CHANGE']),
		);
	});
});
