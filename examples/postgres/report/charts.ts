import * as Plot from '@observablehq/plot';
import {parseHTML} from 'linkedom';
import {duration} from './format.ts';
import type {Report, Speed} from './read.ts';

/** Plot draws into a document; here there is no browser. */
const {document} = parseHTML('<!doctype html><html><body></body></html>');

/** Wide enough for a column on a screen, and for half a page. */
const base = {
	document,
	width: 560,
	marginLeft: 48,
	style: {background: 'none', fontSize: '12px', overflow: 'visible'},
};

const draw = (options: Plot.PlotOptions, alt: string): string => {
	const chart = Plot.plot({...base, ariaLabel: alt, ...options} as Plot.PlotOptions);
	return String((chart as unknown as {outerHTML: string}).outerHTML);
};

export const threadsByWeek = ({threads}: Report): string =>
	draw(
		{
			height: 240,
			x: {type: 'utc', label: null},
			y: {grid: true, label: 'threads', nice: true},
			marks: [
				Plot.rectY(threads, {
					x: 'week',
					y: 'threads',
					interval: Plot.utcInterval('monday'),
					fill: 'var(--one)',
					inset: 0.5,
				}),
				Plot.ruleY([0], {stroke: 'var(--line)'}),
			],
		} as Plot.PlotOptions,
		'Threads per week, as bars',
	);

/** Who writes, in the order in which they are stacked. */
export const authors = [
	{author: 'contact', name: 'contacts', color: 'var(--one)'},
	{author: 'agent', name: 'agents', color: 'var(--two)'},
	{author: 'ai', name: 'AI and bots', color: 'var(--three)'},
	{author: 'integration', name: 'integrations', color: 'var(--four)'},
	{author: 'system', name: 'HubSpot itself', color: 'var(--five)'},
] as const;

export function messagesByWeek({messages}: Report): string {
	const present = authors.filter(({author}) => messages.some(row => row.author === author));
	return draw(
		{
			height: 240,
			x: {type: 'utc', label: null},
			y: {grid: true, label: 'messages', nice: true},
			color: {
				type: 'ordinal',
				domain: present.map(({author}) => author),
				range: present.map(({color}) => color),
			},
			marks: [
				Plot.rectY(messages, {
					x: 'week',
					y: 'messages',
					interval: Plot.utcInterval('monday'),
					fill: 'author',
					order: present.map(({author}) => author),
					inset: 0.5,
				} as Plot.RectYOptions),
				Plot.ruleY([0], {stroke: 'var(--line)'}),
			],
		},
		'Messages per week by who wrote them, as stacked bars',
	);
}

/** Seconds that people think in. */
const ticks = [1, 10, 60, 600, 3600, 6 * 3600, 86_400, 3 * 86_400, 14 * 86_400, 60 * 86_400, 365 * 86_400];

/** A dot at the median, and a line to what 90 % stay below, on a scale where twice as long is as far everywhere. */
export function speeds(
	rows: readonly Speed[],
	median: 'firstResponseMedian' | 'closeMedian',
	ninety: 'firstResponse90' | 'close90',
	color: string,
	alt: string,
): string {
	const shown = rows
		.filter(row => row[median] !== null && row[ninety] !== null)
		// A logarithm has no 0: an answer within the same second is an answer after one.
		.map(row => ({
			name: row.name,
			median: Math.max(1, row[median] ?? 1),
			ninety: Math.max(1, row[ninety] ?? 1),
		}));
	const values = shown.flatMap(row => [row.median, row.ninety]);
	const low = ticks.findLast(tick => tick <= Math.min(...values)) ?? 1;
	const high = ticks.find(tick => tick >= Math.max(...values)) ?? Math.max(...values);
	const top = Math.max(high, low * 10);
	const marked = ticks.filter(tick => tick >= low && tick <= top);
	return draw(
		{
			height: 44 + 26 * shown.length,
			marginLeft: 148,
			marginRight: 64,
			x: {
				type: 'log',
				domain: [low, top],
				axis: null,
			},
			// Two of the same name are two rows.
			y: {
				domain: shown.map((_, index) => index),
				tickFormat: (index: number) => shortened(shown[index]?.name ?? ''),
				label: null,
				tickSize: 0,
			},
			marks: [
				// The axis of a scale of logarithms would leave out most of its labels.
				Plot.gridX(marked),
				Plot.text(marked, {
					x: tick => tick,
					text: duration,
					frameAnchor: 'bottom',
					dy: 18,
					fill: 'currentColor',
					ariaLabel: 'scale',
				}),
				Plot.ruleY(shown, {
					y: (_, index) => index,
					x1: 'median',
					x2: 'ninety',
					stroke: color,
					strokeWidth: 3,
					strokeOpacity: 0.45,
				}),
				Plot.dot(shown, {y: (_, index) => index, x: 'median', r: 5, fill: color}),
				Plot.tickX(shown, {
					y: (_, index) => index,
					x: 'ninety',
					stroke: color,
					strokeWidth: 3,
					insetTop: 6,
					insetBottom: 6,
				}),
				Plot.text(shown, {
					y: (_, index) => index,
					x: 'ninety',
					text: row => duration(row.ninety),
					dx: 8,
					textAnchor: 'start',
					fill: 'currentColor',
					fillOpacity: 0.75,
				}),
			],
		} as Plot.PlotOptions,
		alt,
	);
}

const shortened = (name: string) => (name.length > 21 ? `${name.slice(0, 20)}…` : name);

export const openByAge = ({open}: Report): string =>
	draw(
		{
			height: 44 + 30 * open.length,
			marginLeft: 120,
			marginRight: 48,
			x: {grid: true, label: null, nice: true, ticks: 5, tickFormat: ',d'},
			y: {domain: open.map(({age}) => age), label: null, tickSize: 0},
			marks: [
				Plot.barX(open, {y: 'age', x: 'threads', fill: 'var(--two)', insetTop: 3, insetBottom: 3}),
				Plot.text(open, {
					y: 'age',
					x: 'threads',
					text: row => row.threads.toLocaleString('en'),
					dx: 6,
					textAnchor: 'start',
					fill: 'currentColor',
				}),
				Plot.ruleX([0], {stroke: 'var(--line)'}),
			],
		} as Plot.PlotOptions,
		'Open threads by age, as bars',
	);
