import {markdownTable} from 'markdown-table';
import {outcomeOf, type Section, type Table, type Verdict} from './section.ts';

/** A section with where and when it was found. */
export interface Found extends Section {
	readonly date: string;
	readonly machine: string;
	readonly versions: string;
}

export function render(sections: readonly Found[]): string {
	const parts = sections.flatMap(({title, about, tables, verdicts, date, machine, versions}) => [
		`## ${title}`,
		about,
		`${date} UTC, ${machine}; ${versions}.`,
		...tables.flatMap(({caption, columns, rows}) => [
			...(caption ? [`### ${caption[0]?.toUpperCase()}${caption.slice(1)}`] : []),
			renderTable({columns, rows}),
		]),
		...(verdicts.length > 0 ? [verdicts.map(verdict => `- ${judge(verdict)}`).join('\n')] : []),
	]);
	return `${['# Results', 'Written by `npm run bench`; [README.md](README.md) says what each measure is.', renderSummary(sections), ...parts].join('\n\n')}\n`;
}

/** The lines of the README: what users feel. */
const highlights: ReadonlyArray<readonly [name: string, measure: RegExp]> = [
	['first-load', / 1 s each/],
	['rate-limit', /`paginate\(\)`/],
	['cpu', /500 a page, `paginate\(\)`/],
	['slow-consumer', /`paginate\(\)`/],
	['size', /imports `paginate`/],
];

export function renderHighlights(found: Readonly<Record<string, Section>>): string {
	const rows = highlights.flatMap(([name, pattern]) => {
		const verdict = found[name]?.verdicts.find(({measure}) => pattern.test(measure));
		return verdict ? [[verdict.measure, verdict.ours, verdict.peer, `\`npm run bench -- ${name}\``]] : [];
	});
	return markdownTable([['measure', 'this library', 'best peer', 'command'], ...rows]);
}

export function renderSummary(sections: readonly Section[]): string {
	const rows = sections
		.flatMap(({verdicts}) => verdicts)
		.map(verdict => {
			const outcome = outcomeOf(verdict);
			const {measure, ours, peer} = verdict;
			return [measure, ours, peer, aimOf(verdict), outcome === 'missed' ? '**missed**' : outcome];
		});
	return markdownTable([['measure', 'ours', 'best peer', 'target', ''], ...rows]);
}

export function renderTable({columns, rows}: Table): string {
	return markdownTable([columns, ...rows].map(row => [...row]));
}

const aimOf = (verdict: Verdict) =>
	outcomeOf(verdict) === 'fact' ? `none: ${verdict.fact}` : verdict.target;

const judgements = {met: 'Met', missed: '**Missed**', fact: 'Fact'} as const;

function judge(verdict: Verdict): string {
	return `${judgements[outcomeOf(verdict)]}: ${verdict.measure}: ${verdict.ours}; target: ${aimOf(verdict)}.`;
}
