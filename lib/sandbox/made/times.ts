export const second = 1000;
export const minute = 60_000;
export const hour = 3_600_000;

export const iso = (time: number) => new Date(time).toISOString();

/** As HubSpot writes the date of a mail: without milliseconds. */
export const isoSeconds = (time: number) => `${iso(time).slice(0, -5)}Z`;

/** NaN where there is none. */
export function parseTime(timestamp: string | null | undefined): number {
	return timestamp ? Date.parse(timestamp) : Number.NaN;
}
