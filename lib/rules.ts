/** @throws {TypeError} that names the option in backticks and the rule, and never the value: it could be a secret. */
export function refuse(option: string, rule: string): never {
	throw new TypeError(`\`${option}\` ${rule}`);
}

/** The names of options. Written as a record, so that a type can demand that none is missing. */
export type OptionNames = Readonly<Record<string, true>>;

/** A misspelt filter would silently list more threads than were asked for. */
export function refuseUnknown(options: unknown, known: OptionNames): void {
	if (typeof options !== 'object' || options === null) {
		throw new TypeError('Expected an object with options, such as {accessToken}');
	}

	for (const name of namesOf(options)) {
		if (!Object.hasOwn(known, name)) {
			refuse(
				name,
				`is not an option; the options are ${Object.keys(known)
					.map(name => `\`${name}\``)
					.join(', ')}`,
			);
		}
	}
}

/** Its own names, and what it inherits from a class of the user: a getter there is read as an option too. */
function* namesOf(options: object): Generator<string> {
	yield* Object.keys(options);
	for (let owner = Object.getPrototypeOf(options); isInherited(owner); owner = Object.getPrototypeOf(owner)) {
		for (const [name, {get, enumerable}] of Object.entries(Object.getOwnPropertyDescriptors(owner))) {
			if (get || enumerable) {
				yield name;
			}
		}
	}
}

/** Everything above it inherits from `Object.prototype`, of this realm or another; null is where that ends. */
const isInherited = (owner: object | null) => owner !== null && Object.getPrototypeOf(owner) !== null;

export function wholeNumber(
	option: string,
	value: number | undefined,
	fallback: number,
	min: number,
	max = Number.POSITIVE_INFINITY,
): number {
	const number = value ?? fallback;
	if (number === Number.POSITIVE_INFINITY && max === Number.POSITIVE_INFINITY) {
		return number;
	}

	if (!Number.isSafeInteger(number) || number < min || number > max) {
		const range = max === Number.POSITIVE_INFINITY ? `of at least ${min}` : `from ${min} to ${max}`;
		refuse(option, `must be a whole number ${range}`);
	}

	return number;
}

export function oneOf<Value extends string>(
	option: string,
	value: unknown,
	allowed: readonly Value[],
): Value {
	const found = allowed.find(candidate => candidate === value);
	return found ?? refuse(option, `must be ${allowed.map(candidate => `'${candidate}'`).join(' or ')}`);
}

export function optionalBoolean(option: string, value: unknown): void {
	if (value !== undefined && typeof value !== 'boolean') {
		refuse(option, 'must be true or false');
	}
}

export function optionalFunction(option: string, value: unknown): void {
	if (value !== undefined && typeof value !== 'function') {
		refuse(option, 'must be a function');
	}
}
