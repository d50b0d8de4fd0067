import {makeThreads, reconcileForADay} from '../open-threads.ts';
import {progress} from '../race.ts';
import {count, type Measure} from '../section.ts';
import {inVirtualTime} from '../virtual-hubspot.ts';

const open = 5000;
const closedBefore = [0, 20_000] as const;
const closings = 200;
/** The default. */
const pageSize = 500;

export const measure: Measure = async () => {
	const days = [];
	for (const closed of closedBefore) {
		progress(`reconcile, ${closed} closed threads`);
		const threads = makeThreads(open, closed);
		const {requests, ...day} = await inVirtualTime({threads}, hubspot => reconcileForADay(hubspot, closings));
		const sum = requests.reduce((sum, number) => sum + number, 0);
		const needed = requests.length * Math.ceil(open / pageSize) + closings;
		const share = `${((sum / day.dailyLimit) * 100).toFixed(2)} %`;
		days.push({...day, closed, requests, sum, needed, share});
	}

	return {
		title: 'Reconcile, hour by hour',
		about: `\`reconcile({threadStatus: 'OPEN', known})\` every hour for a day, over an account of ${count(open)} open threads, of which ${closings} are closed in the course of the day, evenly; beside ${closedBefore.map(count).join(' and beside ')} threads that were closed before. A pass lists the open threads, ${pageSize} a page, and reads by its id each that has left the list. The daily limit is what the headers say of a Professional account. Virtual time, in one process, and answers that take none: what is counted does not depend on the machine.`,
		tables: [
			{
				columns: [
					'closed threads',
					'requests a pass',
					'requests a day',
					'of the daily limit',
					'closings found',
					'wrong status after the last pass',
				],
				rows: days.map(({closed, requests, sum, share, dailyLimit, found, wrong}) => [
					count(closed),
					`${Math.min(...requests)} to ${Math.max(...requests)}`,
					count(sum),
					`${share} of ${count(dailyLimit)}`,
					`${found} of ${closings}`,
					String(wrong),
				]),
			},
		],
		verdicts: days.map(({closed, sum, needed, share, found, wrong}) => ({
			measure: `Requests of a day of hourly \`reconcile()\`, ${count(open)} open and ${count(closed)} closed threads`,
			ours: `${count(sum)}, ${share} of the daily limit`,
			peer: '',
			target: `${count(needed)}: one for each page of open threads, and one for each closing`,
			isMet: sum <= needed && found === closings && wrong === 0,
		})),
	};
};
