/** Relative to the root of the API version. */
export const actorsPath = 'actors';

/**
 * Somebody or something that takes part in conversations, exactly as HubSpot sent it. The letter before its id tells
 * the type without a request.
 *
 * @see https://developers.hubspot.com/docs/api-reference/conversations-inbox-messages-v3/guide
 */
export interface Actor {
	/**
	 * Such as `A-2620022`. After `A-` comes the id of a HubSpot user (not of an owner), after `V-` that of a contact or
	 * of a visitor who is none yet, after `I-` that of an app, after `E-` an e-mail address that HubSpot did not resolve,
	 * after `B-` a chatflow's bot, after `L-` a customer agent; `S-hubspot` is HubSpot itself.
	 */
	readonly id: string;
	/** Open to values that HubSpot may add. */
	readonly type: 'AGENT' | 'VISITOR' | 'SYSTEM' | 'BOT' | 'INTEGRATOR' | 'EMAIL' | 'LLM' | (string & {});
	/** Absent if HubSpot does not know it. */
	readonly name?: string | null;
	/** Of an agent, a visitor or an address; absent if HubSpot does not know it. */
	readonly email?: string | null;
	/** The address of a picture. */
	readonly avatar?: string | null;
}
