/** Colours that are told apart on white and on black, also by those who see red and green alike. */
export const style = `
:root {
	--paper: #f6f7f9; --card: #fff; --ink: #1d2530; --faint: #5a6675; --line: #d9dee5;
	--one: #2f6fb3; --two: #d0722a; --three: #7a5ab5; --four: #2a9280; --five: #8a94a0;
}
@media (prefers-color-scheme: dark) {
	:root {
		--paper: #14181e; --card: #1d232b; --ink: #e8ecf1; --faint: #9fabb9; --line: #39434f;
		--one: #6ea8e5; --two: #f0994f; --three: #ad92e6; --four: #57c4ae; --five: #8d98a6;
	}
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.5rem; max-width: 1240px; background: var(--paper); color: var(--ink);
	font: 15px/1.5 system-ui, sans-serif; }
h1 { margin: 0; font-size: 1.8rem; } h2 { margin: 0; font-size: 1.05rem; }
p { margin: .2rem 0; } header p, figcaption p, footer, .tile span, .tile small { color: var(--faint); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(190px, 1fr)); gap: 1rem; margin: 1.5rem 0 1rem; }
.tile, figure { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1rem 1.2rem; }
.tile strong { display: block; font-size: 1.9rem; line-height: 1.2; } .tile small { display: block; min-height: 1.5em; }
main { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 480px), 1fr)); gap: 1rem; }
figure { margin: 0; min-width: 0; } figcaption p { font-size: .87rem; min-height: 1.5em; }
figure svg { display: block; width: 100%; height: auto; margin-top: .6rem; --plot-background: var(--card); }
.key { margin-right: .9em; white-space: nowrap; } .key i { display: inline-block; width: .75em; height: .75em; border-radius: 2px; margin-right: .35em; }
details { margin-top: .6rem; font-size: .87rem; } summary { cursor: pointer; color: var(--faint); }
table { border-collapse: collapse; width: 100%; margin-top: .5rem; font-size: .87rem; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .25rem .5rem; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
th:first-child, td:first-child { text-align: left; } th { color: var(--faint); font-weight: 600; }
footer { margin-top: 1.2rem; font-size: .85rem; }
@media print {
	:root { --paper: #fff; --card: #fff; --ink: #000; --faint: #444; --line: #bbb;
		--one: #2f6fb3; --two: #d0722a; --three: #7a5ab5; --four: #2a9280; --five: #777; }
	@page { margin: 14mm; }
	html { font-size: 11px; } body { padding: 0; max-width: none; font-size: 1rem; }
	main { grid-template-columns: 1fr 1fr; } .tiles { grid-template-columns: repeat(4, 1fr); }
	.tile, figure { break-inside: avoid; padding: .6rem .8rem; } .tile strong { font-size: 1.4rem; }
	details { display: none; }
	* { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
