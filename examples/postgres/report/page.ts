import {authors, messagesByWeek, openByAge, speeds, threadsByWeek} from './charts.ts';
import {duration, escapeHtml, number} from './format.ts';
import type {Report, Speed} from './read.ts';
import {style} from './style.ts';

/** Weeks that still can be told apart. */
const weeksShown = 26;
/** Rows that still can be read. */
const rowsShown = 20;

/** One page that needs nothing else: no script, no font, no picture of another place. */
export function toPage(whole: Report): string {
	const report = lastWeeks(whole);
	const {account, at, total} = report;
	const written = at.toISOString().slice(0, 16).replace('T', ' ');
	return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Conversations of account ${escapeHtml(account)}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>Conversations</h1>
<p>Account ${escapeHtml(account)}, ${written} UTC. Spam and what HubSpot does not have any more are left out.</p>
</header>
<section class="tiles">
${tile('open now', number(total.openNow))}
${tile('requests', number(total.requests), 'each time a thread was opened')}
${tile('first response', duration(total.firstResponseMedian), `median; 90 % within ${duration(total.firstResponse90)}`)}
${tile('time to close', duration(total.closeMedian), `median; 90 % within ${duration(total.close90)}`)}
</section>
<main>
${figure('Threads per week', 'By the week in which a thread was created; the last week is not over yet.', threadsByWeek(report), weekTable(report))}
${figure('Messages per week', legend(report), messagesByWeek(report), messageTable(report))}
${figure(
	'Open threads by age',
	'Since the thread was opened for the last time.',
	openByAge(report),
	table(
		['age', 'threads'],
		report.open.map(({age, threads}) => [age, number(threads)]),
	),
)}
${figure('Who answers', 'Each request once: a person counts before a machine.', '', answers(report), true)}
${speedFigures('inbox', report.inboxes, 'the inbox that the thread is in now', 'the inbox that the thread is in now')}
${speedFigures('agent', report.agents, 'the agent who answered', 'the agent whom the thread is assigned to')}
</main>
<footer>
<p>First response: from the first message of the contact, after a thread was opened, to the first answer of a person. An answer from an agent's own mailbox counts; AI, bots and integrations do not, nor does what was written before the contact asked, nor a message that failed. Time to close: from each opening to the closing that followed. Dot: median. Line: up to what 90 % stay below.</p>
</footer>
</body>
</html>
`;
}

function lastWeeks(report: Report): Report {
	const last = Math.max(0, ...report.threads.map(({week}) => week.getTime()));
	const isShown = ({week}: {readonly week: Date}) => week.getTime() > last - weeksShown * 7 * 86_400_000;
	return {...report, threads: report.threads.filter(isShown), messages: report.messages.filter(isShown)};
}

const tile = (label: string, value: string, note = '') =>
	`<div class="tile"><span>${label}</span><strong>${escapeHtml(value)}</strong><small>${escapeHtml(note)}</small></div>`;

function figure(title: string, note: string, chart: string, data: string, isOpen = false): string {
	const numbers = isOpen ? data : `<details><summary>Numbers</summary>${data}</details>`;
	return `<figure><figcaption><h2>${title}</h2><p>${note}</p></figcaption>${chart}${numbers}</figure>`;
}

const legend = ({messages}: Report) =>
	authors
		.filter(({author}) => messages.some(row => row.author === author))
		.map(({name, color}) => `<span class="key"><i style="background:${color}"></i>${name}</span>`)
		.join(' ');

function speedFigures(what: string, rows: readonly Speed[], answeredBy: string, closedBy: string): string {
	const shown = rows.slice(0, rowsShown);
	const rest = rows.length > shown.length ? ` The ${shown.length} busiest of ${rows.length}.` : '';
	return [
		figure(
			`First response by ${what}`,
			`By ${answeredBy}.${rest}`,
			speeds(
				shown,
				'firstResponseMedian',
				'firstResponse90',
				'var(--two)',
				`First response by ${what}: median and 90 %`,
			),
			table(
				[what, 'answered', 'median', '90 %'],
				rows.map(row => [
					row.name,
					number(row.answered),
					duration(row.firstResponseMedian),
					duration(row.firstResponse90),
				]),
			),
		),
		figure(
			`Time to close by ${what}`,
			`By ${closedBy}.${rest}`,
			speeds(shown, 'closeMedian', 'close90', 'var(--one)', `Time to close by ${what}: median and 90 %`),
			table(
				[what, 'closed', 'median', '90 %'],
				rows.map(row => [row.name, number(row.closed), duration(row.closeMedian), duration(row.close90)]),
			),
		),
	].join('\n');
}

const weekOf = (week: Date) => week.toISOString().slice(0, 10);

const weekTable = ({threads}: Report) =>
	table(
		['week of', 'threads'],
		threads.map(row => [weekOf(row.week), number(row.threads)]),
	);

function messageTable({messages}: Report): string {
	const weeks = [...Map.groupBy(messages, ({week}) => weekOf(week))];
	const of = (rows: Report['messages'], author: string) =>
		number(rows.find(row => row.author === author)?.messages ?? 0);
	return table(
		['week of', ...authors.map(({name}) => name)],
		weeks.map(([week, rows]) => [week, ...authors.map(({author}) => of(rows, author))]),
	);
}

/** They add up to the requests. */
const answers = ({total}: Report) =>
	table(
		['answered by', 'requests'],
		[
			['a person', number(total.answeredByPeople)],
			['AI or a bot only', number(total.answeredByAiOnly)],
			['an integration only', number(total.answeredByIntegrationOnly)],
			['nobody', number(total.unanswered)],
			['nobody, as nobody asked', number(total.neverAsked)],
			['all requests', number(total.requests)],
		],
	);

const table = (head: readonly string[], rows: ReadonlyArray<readonly string[]>) =>
	`<table><thead><tr>${head.map(cell => `<th>${escapeHtml(cell)}</th>`).join('')}</tr></thead><tbody>${rows
		.map(row => `<tr>${row.map(cell => `<td>${escapeHtml(cell)}</td>`).join('')}</tr>`)
		.join('')}</tbody></table>`;
