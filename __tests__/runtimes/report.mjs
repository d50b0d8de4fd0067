const transports = ['in memory', 'over HTTP'];
const signs = {passed: '✓', failed: '✗', absent: '·'};

function signOf(results, name, transport) {
	const result = results.find(result => result.name === name && result.transport === transport);
	return signs[result ? (result.failure ? 'failed' : 'passed') : 'absent'];
}

/** A row for each check, a column for each runtime; in it, a sign for each transport. Then what failed, whole. */
export function report(runs) {
	const names = [...new Set(runs.flatMap(({results}) => results.map(({name}) => name)))];
	const width = Math.max(0, ...names.map(({length}) => length));
	const lines = [
		...runs.map(({runtime}, index) => `${String(index + 1).padStart(3)} ${runtime}`),
		`Each column has two signs: ${transports.join(', ')} (${signs.passed} passed, ${signs.failed} failed, ${signs.absent} not there).`,
		'',
		[' '.repeat(width), ...runs.map((_, index) => String(index + 1).padStart(2))].join('  '),
		...names.map(name =>
			[
				name.padEnd(width),
				...runs.map(({results}) => transports.map(transport => signOf(results, name, transport)).join('')),
			].join('  '),
		),
		...runs.flatMap(({runtime, results}) =>
			results
				.filter(({failure}) => failure)
				.map(({name, transport, failure}) => `\n${runtime}, ${transport}: ${name}\n${failure}`),
		),
	];
	return lines.join('\n');
}
