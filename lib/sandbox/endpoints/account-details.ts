import type {Route} from '../router.ts';

/** What the account is called and when its day begins; every app may ask. */
const details = {
	portalId: 62_515,
	accountType: 'SANDBOX',
	// The day of the daily limit is this one's.
	timeZone: 'UTC',
	companyCurrency: 'EUR',
	additionalCurrencies: [],
	utcOffset: '+00:00',
	utcOffsetMilliseconds: 0,
	uiDomain: 'app.hubspot.com',
	dataHostingLocation: 'eu1',
};

export const accountRoutes: readonly Route[] = [
	'/account-info/2026-03/details',
	'/account-info/v3/details',
].map(path => ({method: 'GET', path, answer: () => ({body: details})}));
