import {numberOf} from './random.ts';
import type {Names} from './source.ts';

/** Whoever writes, is written to or is assigned. */
export interface SandboxActor {
	/** Its prefix tells the type: `A-`, `V-`, `S-`, `B-`, `I-`, `E-`, `L-`. */
	readonly id: string;
	/** What the prefix says, in a word. */
	readonly type: 'AGENT' | 'VISITOR' | 'SYSTEM' | 'BOT' | 'INTEGRATOR' | 'EMAIL' | 'LLM';
	/** Absent where HubSpot knows none. */
	readonly name?: string;
	/** Of agents, of visitors who told it, and of addresses. */
	readonly email?: string;
	/** Address of a picture. */
	readonly avatar?: string;
}

/** All that can be named. */
export interface Actors extends Iterable<SandboxActor> {
	/** `undefined` where HubSpot does not know it. */
	get(id: string): SandboxActor | undefined;
}

export const agentCount = 12;
export const agentId = (number: number) => `A-${2_620_000 + number}`;
export const system = 'S-hubspot';
export const bot = 'B-5100001';
export const integrator = 'I-2310001';
export const assistant = 'L-67000001';
/** Addresses in copy, which HubSpot did not resolve. */
export const copied = ['E-cc@customer.example', 'E-team@partner.example', 'E-archive@shop.example'] as const;

const machines = [system, bot, integrator, assistant];
const types: Readonly<Record<string, SandboxActor['type']>> = {
	A: 'AGENT',
	V: 'VISITOR',
	S: 'SYSTEM',
	B: 'BOT',
	I: 'INTEGRATOR',
	E: 'EMAIL',
	L: 'LLM',
};
const firstNames = ['Alex', 'Bo', 'Casey', 'Dana', 'Eli', 'Frankie', 'Gray', 'Harper', 'Indigo', 'Jules'];
const lastNames = ['Adler', 'Berg', 'Castro', 'Diaz', 'Eriksen', 'Fischer', 'Gruber', 'Haddad', 'Ito'];

/** @param named ids that came by name since, as when a thread was assigned. */
export function createActors(names: Names, named: ReadonlySet<string>): Actors {
	const isKnown = (id: string) =>
		named.has(id) ||
		machines.includes(id) ||
		(id.startsWith('E-') && copied.some(one => one === id)) ||
		(id.startsWith('V-') && names.hasContact(id.slice(2))) ||
		(id.startsWith('A-') && agents().has(id));
	const agents = () => new Set(names.agentIds());

	return {
		get: id => (isKnown(id) ? actorOf(id) : undefined),
		*[Symbol.iterator]() {
			const first = new Set([...machines, ...copied, ...agents(), ...named]);
			for (const id of first) {
				yield actorOf(id);
			}

			for (const contactId of names.contactIds()) {
				if (!first.has(`V-${contactId}`)) {
					yield actorOf(`V-${contactId}`);
				}
			}
		},
	};
}

/** What HubSpot tells of it; some visitors have told nothing of themselves. */
export function actorOf(id: string): SandboxActor {
	const type = types[id.charAt(0)] ?? 'VISITOR';
	const avatar = 'https://shop.example/avatar.png';
	switch (type) {
		case 'AGENT':
			return {id, type, name: nameOf(id), email: addressOf(id), avatar};
		case 'VISITOR':
			return numberOf(id) % 10 === 0 ? {id, type} : {id, type, name: nameOf(id), email: addressOf(id)};
		case 'SYSTEM':
			return {id, type};
		case 'EMAIL':
			return {id, type, email: id.slice(2)};
		default:
			return {
				id,
				type,
				name: {BOT: 'Shop bot', INTEGRATOR: 'Order system', LLM: 'Customer Agent'}[type],
				avatar,
			};
	}
}

const nameOf = (id: string) => {
	const number = numberOf(id);
	return `${firstNames[number % 10]} ${lastNames[(number >>> 8) % 9]}`;
};

/** The mailbox of a person. */
export const addressOf = (id: string) =>
	`${id.toLowerCase()}@${id.startsWith('A-') ? 'shop' : 'customer'}.example`;
