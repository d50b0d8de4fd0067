/** The whole page: no framework, no build step. */
export const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Threads</title>
<style>
	:root { color-scheme: light dark; --line: light-dark(#ddd, #444); --muted: light-dark(#666, #aaa); --accent: light-dark(#0b63ce, #7db4ff); --wrong: light-dark(#a40e26, #ff9aa5); }
	* { box-sizing: border-box; }
	body { margin: 0; font: 15px/1.45 system-ui, sans-serif; height: 100vh; display: grid; grid-template: auto 1fr / minmax(0, 3fr) minmax(0, 2fr); }
	header { grid-column: 1 / -1; display: flex; flex-wrap: wrap; gap: 1rem; align-items: center; padding: .75rem 1rem; border-bottom: 1px solid var(--line); }
	h1 { font-size: 1.1rem; margin: 0; }
	label { color: var(--muted); }
	select, button { font: inherit; padding: .2rem .5rem; }
	#progress { margin-left: auto; color: var(--muted); font-variant-numeric: tabular-nums; }
	#error { grid-column: 1 / -1; flex-basis: 100%; margin: 0; color: var(--wrong); }
	section { overflow: auto; }
	section + section { border-left: 1px solid var(--line); padding: 1rem; }
	table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
	th { position: sticky; top: 0; background: Canvas; text-align: left; color: var(--muted); font-weight: 500; }
	th, td { padding: .35rem 1rem; border-bottom: 1px solid var(--line); white-space: nowrap; }
	tbody tr { cursor: pointer; }
	tbody tr:hover, tbody tr:focus-visible { background: color-mix(in srgb, var(--accent) 12%, transparent); outline: none; }
	tbody tr[aria-selected=true] { background: color-mix(in srgb, var(--accent) 22%, transparent); }
	article { margin: 0 0 .8rem; max-width: 90%; }
	article p { margin: 0; padding: .5rem .75rem; border-radius: .6rem; background: color-mix(in srgb, CanvasText 8%, transparent); white-space: pre-wrap; overflow-wrap: anywhere; }
	article.OUTGOING { margin-left: auto; }
	article.OUTGOING p { background: color-mix(in srgb, var(--accent) 20%, transparent); }
	article small, .event { color: var(--muted); }
	.event { text-align: center; margin: 0 0 .8rem; font-size: .85em; }
</style>
<header>
	<h1>Threads</h1>
	<label>Status <select id="status"><option value="">all</option><option>OPEN</option><option>CLOSED</option></select></label>
	<label>Inbox <select id="inbox"><option value="">all</option></select></label>
	<button id="stop" type="button">Stop</button>
	<output id="progress"></output>
	<p id="error" role="alert" hidden></p>
</header>
<section aria-label="Threads">
	<table><thead><tr><th>Thread<th>Status<th>Inbox<th>Latest message</tr></thead><tbody id="threads"></tbody></table>
</section>
<section id="messages" aria-label="Conversation"><p class="event">Choose a thread to read its conversation.</p></section>
<script type="module">
const find = id => document.getElementById(id);
const element = (name, text, className) => Object.assign(document.createElement(name), {textContent: text, className: className ?? ''});
const time = value => value ? new Date(value).toLocaleString() : '';
const inboxes = new Map();
let loading = new AbortController();
let reading = new AbortController();

/** Calls back with each item as its line arrives. */
async function load(address, signal, onItem) {
	const response = await fetch(address, {signal});
	if (!response.ok) throw new Error((await response.text()).trim());

	let rest = '';
	const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
	for (;;) {
		const {done, value} = await reader.read();
		const lines = (rest + (value ?? '')).split('\\n');
		rest = done ? '' : lines.pop();
		for (const line of lines) {
			if (line === '') continue;
			const item = JSON.parse(line);
			if (item.error) throw Object.assign(new Error(item.error.message), {retry: () => location.reload()});
			onItem(item);
		}

		if (done) return;
	}
}

function report(error, signal) {
	if (signal.aborted) return;
	find('error').hidden = false;
	find('error').textContent = 'What is shown is not complete. ' + error.message + ' ';
	const again = element('button', 'Load again');
	again.onclick = loadThreads;
	find('error').append(again);
}

async function loadThreads() {
	loading.abort();
	loading = new AbortController();
	const {signal} = loading;
	const query = new URLSearchParams();
	for (const name of ['status', 'inbox']) if (find(name).value) query.set(name, find(name).value);

	find('error').hidden = true;
	find('threads').replaceChildren();
	find('stop').disabled = false;
	const began = performance.now();
	let count = 0;
	let rows = [];
	const show = what => {
		find('threads').append(...rows);
		rows = [];
		const seconds = ((performance.now() - began) / 1000).toFixed(1);
		find('progress').textContent = what + ' ' + count.toLocaleString() + ' threads, ' + seconds + ' s';
	};
	const timer = setInterval(() => show('loading:'), 100);
	try {
		await load('/threads?' + query, signal, thread => {
			count++;
			// A browser holds a few thousand rows with ease.
			if (count <= 5000) rows.push(rowOf(thread));
		});
		show(count > 5000 ? 'complete (the first 5,000 are shown):' : 'complete:');
	} catch (error) {
		show(signal.aborted ? 'stopped:' : 'not complete:');
		report(error, signal);
	} finally {
		clearInterval(timer);
		if (!loading.signal.aborted && loading.signal === signal) find('stop').disabled = true;
	}
}

function rowOf({id, status, inboxId, latestMessageTimestamp}) {
	const row = document.createElement('tr');
	row.tabIndex = 0;
	row.append(element('td', id), element('td', status), element('td', inboxes.get(inboxId) ?? inboxId), element('td', time(latestMessageTimestamp)));
	row.onclick = () => loadMessages(id, row);
	row.onkeydown = event => event.key === 'Enter' && loadMessages(id, row);
	return row;
}

async function loadMessages(id, row) {
	reading.abort();
	reading = new AbortController();
	const {signal} = reading;
	document.querySelector('[aria-selected=true]')?.removeAttribute('aria-selected');
	row.setAttribute('aria-selected', 'true');
	find('messages').replaceChildren();
	try {
		await load('/threads/' + id + '/messages', signal, message => find('messages').append(articleOf(message)));
	} catch (error) {
		report(error, signal);
	}
}

/** As text: what strangers wrote is never put into the page as HTML. */
function articleOf({type, createdAt, createdBy, text, richText, direction, newStatus, assignedTo, toInboxId}) {
	const events = {THREAD_STATUS_CHANGE: newStatus, ASSIGNMENT: assignedTo ? 'assigned to ' + assignedTo : 'unassigned', THREAD_INBOX_CHANGE: 'moved to ' + (inboxes.get(toInboxId) ?? toInboxId)};
	if (type in events) return element('p', events[type] + ', ' + time(createdAt), 'event');
	const article = element('article', '', direction ?? '');
	const plain = text || new DOMParser().parseFromString(richText ?? '', 'text/html').body.textContent;
	article.append(element('small', [createdBy, time(createdAt), type === 'COMMENT' ? 'internal' : ''].filter(Boolean).join(', ')), element('p', plain));
	return article;
}

find('status').onchange = find('inbox').onchange = loadThreads;
find('stop').onclick = () => loading.abort();
try {
	await load('/inboxes', loading.signal, ({id, name}) => {
		inboxes.set(id, name);
		find('inbox').append(Object.assign(element('option', name), {value: id}));
	});
} catch {
	// The names of inboxes are a help, not a need; the threads say what is wrong.
}

await loadThreads();
</script>
`;
