import {createSandbox, type Sandbox, type SandboxOptions} from 'hubspot-threads/sandbox';
import {useVirtualTime} from '../__tests__/support/virtual-time.ts';

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

/** Hours that take seconds: HubSpot is in this process, and all clocks stand still while anything is done. */
export async function inVirtualTime<T>(
	options: SandboxOptions,
	work: (hubspot: Sandbox) => Promise<T>,
): Promise<T> {
	const time = useVirtualTime();
	try {
		const hubspot = createSandbox({
			...options,
			// `new Date()`, which dates the answers, is the only clock that is not virtual.
			faults: () => ({headers: {date: virtualNow().toUTCString()}}),
		});
		return await time.settle(work(hubspot));
	} finally {
		time.restore();
	}
}

export const virtualNow = () => new Date(Date.now());

/** Waits until `Date` reads `time`, in milliseconds since 1970. */
export const sleepUntil = (time: number) =>
	new Promise<void>(resolve => setTimeout(resolve, Math.max(0, time - Date.now())));
