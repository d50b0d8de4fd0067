import {markdownTable} from 'markdown-table';
import type {Section, Table} from './section.ts';

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

export function renderSummary(sections: readonly Section[]): string {
	const rows = sections
		.flatMap(({verdicts}) => verdicts)
		.map(({measure, ours, peer, target, isMet}) => [
			measure,
			ours,
			peer,
			target,
			isMet ? 'met' : '**missed**',
		]);
	return markdownTable([['measure', 'ours', 'best peer', 'target', ''], ...rows]);
}

export function renderTable({columns, rows}: Table): string {
	return markdownTable([columns, ...rows].map(row => [...row]));
}

function judge({measure, ours, target, isMet}: Section['verdicts'][number]): string {
	return `${isMet ? 'Met' : '**Missed**'}: ${measure}: ${ours}; target: ${target}.`;
}
