import type {Stored} from './store.ts';

export const nothing: Stored = {newThreads: 0, changedThreads: 0, goneThreads: 0, messages: 0};

export const add = (a: Stored, b: Stored): Stored => ({
	newThreads: a.newThreads + b.newThreads,
	changedThreads: a.changedThreads + b.changedThreads,
	goneThreads: a.goneThreads + b.goneThreads,
	messages: a.messages + b.messages,
});
