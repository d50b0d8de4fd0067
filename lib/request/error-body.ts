import {redact} from './redact.ts';

/** What HubSpot says of an error. */
type Field = 'message' | 'category' | 'subCategory' | 'correlationId' | 'policyName';

/** Characters of one field: HubSpot needs a few hundred for the longest of its messages. */
const longestText = 1000;

/** Reads its fields: any may be missing or of another type, and `errors` may hold plain strings. */
export function readErrorBody(data: unknown, accessToken: string): (field: Field) => string | undefined {
	const fields = (data ?? {}) as Readonly<Record<string, unknown>>;
	const [first] = Array.isArray(fields.errors) ? fields.errors : [];
	// The token goes before the text is shortened, which could leave half of it.
	const text = (value: unknown) =>
		typeof value === 'string' ? shorten(redact(value, accessToken), longestText) : undefined;
	return field =>
		text(fields[field]) ?? (field === 'message' ? (text(first?.message) ?? text(first)) : undefined);
}

export function shorten(text: string, length: number): string {
	return text.length > length ? `${text.slice(0, length)}…` : text;
}
