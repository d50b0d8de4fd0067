import type {Random} from './random.ts';

/** What somebody wrote: as text, and as HTML if it is rich. */
export interface Text {
	readonly text: string;
	readonly richText?: string;
}

const sentences = [
	'Hello, where is my parcel?',
	'The order number is on the receipt.',
	'Could you look into this today, please?',
	'Grüße aus Zürich – es eilt nicht.',
	'The link in your mail does not open here.',
	'Thank you, that works.',
	'I will send a photo of it tonight.',
	'We have sent you a new one.',
] as const;

/** In texts that are sent, HTML and entities occur where plain text should be, and empty texts beside rich ones. */
export function writeText(isSent: boolean, random: Random): Text {
	const plain = `${random.pick(sentences)} ${random.pick(sentences)}`;
	const richText = `<div dir="auto"><p style="margin:0;">${plain}</p></div>`;
	if (random.happens(0.1)) {
		return {text: plain.replaceAll(', ', ',&#xa0;'), richText};
	}

	if (isSent && random.happens(0.25)) {
		return {text: `<p>${plain}</p>`, richText};
	}

	if (isSent && random.happens(0.05)) {
		return {text: '', richText};
	}

	return random.happens(0.7) ? {text: plain, richText} : {text: plain};
}

/** The whole of a text that is cut: what a mail quotes, or the rest of it. */
export function writeRest({text, richText}: Text, isQuote: boolean, random: Random): Text {
	const more = Array.from({length: random.between(4, 30)}, () => random.pick(sentences));
	const quoted = more.map(line => (isQuote ? `> ${line}` : line)).join('\n');
	return {
		text: `${text}\n${quoted}`,
		...(richText !== undefined && {richText: `${richText}<blockquote>${more.join('<br>')}</blockquote>`}),
	};
}
