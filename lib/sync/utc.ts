/** HubSpot's times are UTC, also where one comes without a zone, which JavaScript takes for the machine's own time. */
export function utcTime(timestamp: string): number {
	return Date.parse(/T[\d:.]+$/i.test(timestamp) ? `${timestamp}Z` : timestamp);
}
