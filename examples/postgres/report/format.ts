/** As short as a tick of an axis, from seconds. */
export function duration(seconds: number | null): string {
	if (seconds === null) {
		return '–';
	}

	const [unit, size] = units.find(([, size]) => seconds >= size) ?? ['s', 1];
	const amount = seconds / size;
	return `${amount < 10 ? Number(amount.toFixed(1)) : Math.round(amount)} ${unit}`;
}

const units = [
	['d', 86_400],
	['h', 3600],
	['min', 60],
	['s', 1],
] as const;

export const number = (value: number) => value.toLocaleString('en');

const entities: Readonly<Record<string, string>> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	"'": '&#39;',
};

/** Names are what people typed. */
export const escapeHtml = (text: string) =>
	text.replaceAll(/[&<>"']/g, character => entities[character] as string);
