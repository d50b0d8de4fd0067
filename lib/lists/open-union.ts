/** All fields that a member of the union has. */
export type KeysOf<Union> = Union extends unknown ? keyof Union : never;

/**
 * The member that keeps a union by `type` open: a comparison with a type that HubSpot adds later compiles. The fields
 * of the other members are `never` here. Without that, a look at `type` would not narrow them: `string` could be any
 * of the known types, and each of their fields would be possibly absent.
 */
export type Other<Fields extends PropertyKey> = {
	/** None of the known ones. */
	readonly type: string;
} & {
	readonly [Field in Exclude<Fields, 'type'>]: never;
} & {readonly [field: string]: unknown};
