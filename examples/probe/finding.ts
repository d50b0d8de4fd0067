/** What was found out about one question; `because` goes on after that word, and holds nothing personal. */
export interface Finding {
	readonly question: string;
	readonly answer: string;
	readonly because: string;
}

export const cannotTell = (question: string, because: string): Finding => ({
	question,
	answer: 'cannot tell from this account',
	because,
});
