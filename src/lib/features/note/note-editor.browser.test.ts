import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cdp, page, userEvent } from 'vitest/browser';
import { applyAwarenessUpdate, Awareness, encodeAwarenessUpdate } from 'y-protocols/awareness';
import * as Y from 'yjs';
import '$lib/ui/theme.css';
import { loadNoteEditor, NoteText } from './index.ts';

type Person = { name: string; doc: Y.Doc; awareness: Awareness };
const opened: (() => void)[] = [];

beforeEach(async () => {
	await page.viewport(900, 700);
});
afterEach(() => {
	for (const close of opened.splice(0)) close();
	document.body.replaceChildren();
});

function person(name: string): Person {
	const doc = new Y.Doc();
	const awareness = new Awareness(doc);
	opened.push(() => doc.destroy());
	doc.on('destroy', () => awareness.destroy());
	return { name, doc, awareness };
}

const bodyOf = ({ doc }: Person): Y.XmlElement => {
	const body = doc.getMap<Y.Map<unknown>>('entries').get('visit')?.get('body');
	if (!(body instanceof Y.XmlElement)) throw new Error('no note');
	return body;
};

/** Connects two people as a network does: each message arrives in a task of its own. */
function connect(alice: Person, bob: Person): void {
	for (const [from, to] of [
		[alice, bob],
		[bob, alice]
	] as const) {
		from.doc.on('update', (update: Uint8Array, origin: unknown) => {
			if (origin !== 'network') setTimeout(() => Y.applyUpdate(to.doc, update, 'network'));
		});
		from.awareness.on('update', (_: unknown, origin: unknown) => {
			const update = encodeAwarenessUpdate(from.awareness, [from.doc.clientID]);
			if (origin !== 'network') setTimeout(() => applyAwarenessUpdate(to.awareness, update, 'network'));
		});
	}
}

async function show(
	who: Person,
	others: Person[],
	{ isCreator = false, editable = true, onDeleted = (_text: string): void => undefined } = {}
) {
	const NoteEditor = await loadNoteEditor();
	const target = document.createElement('section');
	target.setAttribute('aria-label', who.name);
	document.body.append(target);
	const component = mount(NoteEditor, {
		target,
		props: {
			id: 'visit',
			body: bodyOf(who),
			doc: who.doc,
			awareness: who.awareness,
			nameOf: (client: number) => others.find(({ doc }) => doc.clientID === client)?.name,
			editable,
			isCreator,
			label: `Notiz von ${who.name}`,
			onDeleted
		}
	});
	flushSync();
	opened.push(() => void unmount(component));
	return {
		target,
		box: page.getByRole('textbox', { name: `Notiz von ${who.name}` }),
		// While a word is composed, the library keeps a zero-width space behind it, on the screen only.
		text: () =>
			(target.querySelector('[role=textbox]') as HTMLElement).innerText.replaceAll('\u200b', '').trim()
	};
}

/** Alice has made a note, and both have it open. */
async function together() {
	const alice = person('Alice Ahrens');
	const bob = person('Bob Berger');
	alice.doc.getMap('entries').set('visit', new Y.Map([['body', new Y.XmlElement()]]));
	const hers = await show(alice, [bob], { isCreator: true });
	Y.applyUpdate(bob.doc, Y.encodeStateAsUpdate(alice.doc), 'network');
	connect(alice, bob);
	const his = await show(bob, [alice]);
	return { alice, bob, hers, his };
}

function paste(box: HTMLElement, data: Record<string, string>): void {
	const clipboardData = new DataTransfer();
	for (const [type, value] of Object.entries(data)) clipboardData.setData(type, value);
	box.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
}

describe('two people in one note, in a browser', () => {
	it('see what the other types, by real keys', async () => {
		const { alice, bob, hers, his } = await together();
		await hers.box.click();
		await userEvent.keyboard('Angebot{Enter}bis Freitag');
		await expect.poll(his.text).toBe('Angebot\n\nbis Freitag');
		await his.box.click();
		await userEvent.keyboard('{Control>}{End}{/Control}, spätestens');
		await expect.poll(hers.text).toBe('Angebot\n\nbis Freitag, spätestens');
		expect(bodyOf(alice).toString()).toBe(bodyOf(bob).toString());
	});

	it('16. see whose cursor it is, by the announced name', async () => {
		const { alice, hers, his } = await together();
		alice.awareness.setLocalStateField('user', { name: 'Mallory' });
		await hers.box.click();
		await userEvent.keyboard('Hallo');
		const name = () => his.target.querySelector('.note-cursor-name');
		await expect.poll(() => name()?.textContent).toBe('Alice Ahrens');
		await expect.element(page.elementLocator(name() as HTMLElement)).toBeVisible();
		const caret = his.target.querySelector('.note-caret') as HTMLElement;
		await expect.poll(() => caret.getBoundingClientRect().height).toBeGreaterThan(10);
		expect(his.target.textContent).not.toContain('Mallory');
		await expect.poll(() => his.target.querySelector('.note-writers')?.textContent).toContain('Alice Ahrens');
		await userEvent.keyboard('{Shift>}{Home}{/Shift}');
		await expect.poll(() => his.target.querySelectorAll('.note-selected').length).toBe(1);
		await his.box.click();
		await expect.poll(() => his.target.querySelector('.note-cursor')).toBeNull();
	});

	it('keep their own cursor while the other types before it', async () => {
		const { hers, his } = await together();
		await his.box.click();
		await userEvent.keyboard('Ende');
		await hers.box.click();
		await userEvent.keyboard('{Control>}{Home}{/Control}Anfang ');
		await expect.poll(his.text).toBe('Anfang Ende');
		await his.box.click({ position: { x: 400, y: 15 } });
		await userEvent.keyboard('{End}');
		await hers.box.click();
		await userEvent.keyboard('{Control>}{Home}{/Control}Am ');
		await expect.poll(his.text).toBe('Am Anfang Ende');
		const { focusOffset } = getSelection() as Selection;
		expect(focusOffset).toBe(3);
	});

	it('leave the focus where it is when the other types', async () => {
		const { bob, hers } = await together();
		const field = document.createElement('input');
		document.body.append(field);
		await hers.box.click();
		await userEvent.keyboard('Text');
		await expect.poll(() => bodyOf(bob).toString()).toContain('Text');
		field.focus();
		typeInto(bob, 0, 'Neuer ');
		await expect.poll(hers.text).toBe('Neuer Text');
		await userEvent.keyboard('4711');
		expect(document.activeElement).toBe(field);
		expect(field.value).toBe('4711');
		expect(hers.text()).toBe('Neuer Text');
	});

	it('undo only what is theirs, by key', async () => {
		const { hers, his } = await together();
		await hers.box.click();
		await userEvent.keyboard('Alice ');
		await expect.poll(his.text).toBe('Alice');
		await his.box.click();
		await userEvent.keyboard('{Control>}{End}{/Control}Bob');
		await expect.poll(hers.text).toBe('Alice Bob');
		await hers.box.click();
		await userEvent.keyboard('{Control>}z{/Control}');
		await expect.poll(his.text).toBe('Bob');
		await userEvent.keyboard('{Control>}{Shift>}z{/Shift}{/Control}');
		await expect.poll(his.text).toContain('Alice');
	});

	it('compose with an input method while the other writes elsewhere', async () => {
		const { alice, bob, hers, his } = await together();
		await hers.box.click();
		await userEvent.keyboard('oben{Enter}');
		await expect.poll(() => bodyOf(bob).length).toBe(2);
		await compose('に', 'にほ');
		await expect.poll(hers.text).toBe('oben\n\nにほ');
		typeInto(bob, 0, 'ganz ');
		await expect.poll(hers.text).toBe('ganz oben\n\nにほ');
		await compose('にほん');
		await commit('日本');
		await expect.poll(his.text).toBe('ganz oben\n\n日本');
		expect(hers.text()).toBe('ganz oben\n\n日本');
		expect(bodyOf(alice).toString()).toBe(bodyOf(bob).toString());
	});

	it('compose with an input method while the other writes in the same line', async () => {
		const { alice, bob, hers, his } = await together();
		await hers.box.click();
		await userEvent.keyboard('Treffen ');
		await expect.poll(his.text).toBe('Treffen');
		await compose('に', 'にほ');
		typeInto(bob, 0, 'Das ');
		await expect.poll(hers.text).toContain('Das');
		await compose('にほん');
		await commit('日本');
		await expect.poll(his.text).toBe('Das Treffen 日本');
		expect(hers.text()).toBe('Das Treffen 日本');
		expect(bodyOf(alice).toString()).toBe(bodyOf(bob).toString());
	});
});

describe('the editor', () => {
	it('takes pasted rich text, and nothing that runs or reaches out', async () => {
		const { bob, hers, his } = await together();
		await hers.box.click();
		const box = hers.box.element() as HTMLElement;
		(window as { hacked?: boolean }).hacked = false;
		paste(box, {
			'text/html': `<h1 onclick="hacked=true">Besuch</h1><script>hacked = true</script><p style="position:fixed;color:red">Text <b>fett</b>
				<a href="javascript:hacked=true">böse</a> <a href="https://muster.example/">gut</a></p><img src=x onerror="hacked=true">
				<iframe srcdoc="<script>parent.hacked=true</script>"></iframe><ul><li>eins<li>zwei</ul><svg onload="hacked=true"></svg>`,
			'text/plain': 'Besuch'
		});
		await expect.poll(his.text).toContain('zwei');
		for (const target of [hers.target, his.target]) {
			const text = target.querySelector('[contenteditable]') as HTMLElement;
			expect(
				text.querySelectorAll('script, iframe, img, svg, [onclick], [onerror], [style*="position"]')
			).toHaveLength(0);
			expect([...text.querySelectorAll('a')].map((link) => link.href)).toEqual(['https://muster.example/']);
			expect(text.querySelectorAll('h2, strong, li')).toHaveLength(4);
		}
		expect(bodyOf(bob).toString()).not.toMatch(/javascript|style|hacked/);
		expect((window as { hacked?: boolean }).hacked).toBe(false);
	});

	it('does not trust what another device has written into the note', async () => {
		const { alice, bob, hers, his } = await together();
		await hers.box.click();
		await userEvent.keyboard('Text');
		await expect.poll(his.text).toBe('Text');
		const link = new Y.XmlElement('link');
		link.setAttribute('__url', 'java\nscript:hacked=true');
		link.insert(0, [new Y.XmlText('hier')]);
		const paragraph = bodyOf(bob).get(0);
		if (paragraph instanceof Y.XmlElement) paragraph.insert(1, [link]);
		await expect.poll(hers.text).toBe('Texthier');
		expect(hers.target.querySelector('.note-text a')?.getAttribute('href')).toBe('about:blank');
		const script = new Y.XmlElement('heading');
		script.setAttribute('__tag', 'script');
		bodyOf(bob).insert(0, [script]);
		await expect.poll(() => hers.target.querySelector('[contenteditable]')).toBeNull();
		expect(hers.target.querySelectorAll('script')).toHaveLength(0);
		expect(hers.target.querySelector('a')).toBeNull();
		expect(hers.target.textContent).toContain('Texthier');
		expect(bodyOf(alice).length).toBe(2);
	});

	it('takes plain text by lines', async () => {
		const { hers, his } = await together();
		await hers.box.click();
		paste(hers.box.element() as HTMLElement, { 'text/plain': 'eins\nzwei\ndrei' });
		await expect.poll(his.text).toBe('eins\n\nzwei\n\ndrei');
	});

	it('takes 30,000 characters, and refuses in words what no note can hold', async () => {
		const { hers, his } = await together();
		await hers.box.click();
		const box = hers.box.element() as HTMLElement;
		paste(box, { 'text/plain': 'Wort '.repeat(6_000) });
		await expect.poll(() => his.text().length).toBeGreaterThan(29_000);
		await userEvent.keyboard('Ende');
		await expect.poll(his.text).toMatch(/Ende$/);
		paste(box, { 'text/plain': 'x'.repeat(200_001) });
		await expect.element(page.getByRole('alert')).toBeVisible();
		expect(hers.text().length).toBeLessThan(31_000);
	});

	it('turns signs at the beginning of a line into blocks, and addresses into links', async () => {
		const { hers, his } = await together();
		await hers.box.click();
		await userEvent.keyboard(
			'# Besuch{Enter}- Preis{Enter}{Tab}Rabatt{Enter}{Enter}{Enter}siehe www.muster.example und ok'
		);
		await expect.poll(his.text).toContain('und ok');
		const text = his.target.querySelector('[contenteditable]') as HTMLElement;
		expect(text.querySelector('h2')?.textContent).toBe('Besuch');
		expect(text.querySelector('ul ul li')?.textContent).toBe('Rabatt');
		expect(text.querySelector('a')?.getAttribute('href')).toBe('https://www.muster.example');
	});

	it('closes when the note is deleted, and hands over what stood in it', async () => {
		const alice = person('Alice Ahrens');
		alice.doc.getMap('entries').set('visit', new Y.Map([['body', new Y.XmlElement()]]));
		const gone: string[] = [];
		const hers = await show(alice, [], { isCreator: true, onDeleted: (text) => void gone.push(text) });
		await hers.box.click();
		await userEvent.keyboard('Fast verloren');
		alice.doc.getMap('entries').delete('visit');
		await expect.poll(() => gone).toEqual(['Fast verloren']);
		await expect.element(page.getByRole('status')).toBeVisible();
		expect(hers.target.textContent).toContain('Fast verloren');
	});

	it('checks off by pointer and by key', async () => {
		const { hers, his } = await together();
		await hers.box.click();
		await userEvent.keyboard('[[] anrufen{Enter}bestätigen');
		const item = (place: number) =>
			hers.target.querySelectorAll<HTMLElement>('.note-check')[place] as HTMLElement;
		await expect.poll(() => his.target.querySelectorAll('.note-check').length).toBe(2);
		expect(item(0).getAttribute('role')).toBe('checkbox');
		await userEvent.click(item(0), { position: { x: 8, y: 10 } });
		await expect.poll(() => his.target.querySelectorAll('.note-checked').length).toBe(1);
		expect(item(0).getAttribute('aria-checked')).toBe('true');
		await userEvent.click(item(1), { position: { x: 60, y: 10 } });
		await userEvent.keyboard('{Home}');
		await expect.poll(() => getSelection()?.focusOffset).toBe(0);
		await userEvent.keyboard('{ArrowLeft}');
		await expect.poll(() => document.activeElement === item(1)).toBe(true);
		await userEvent.keyboard(' ');
		await expect.poll(() => his.target.querySelectorAll('.note-checked').length).toBe(2);
	});

	it('is read only for whom it is not editable, and still follows', async () => {
		const alice = person('Alice Ahrens');
		const bob = person('Bob Berger');
		alice.doc.getMap('entries').set('visit', new Y.Map([['body', new Y.XmlElement()]]));
		const hers = await show(alice, [bob], { isCreator: true });
		Y.applyUpdate(bob.doc, Y.encodeStateAsUpdate(alice.doc), 'network');
		connect(alice, bob);
		const his = await show(bob, [alice], { editable: false });
		await hers.box.click();
		await userEvent.keyboard('nur zum Lesen');
		await expect.poll(his.text).toBe('nur zum Lesen');
		expect(his.box.element().getAttribute('aria-readonly')).toBe('true');
		expect(his.target.querySelector('[role=toolbar]')).toBeNull();
		await his.box.click();
		await userEvent.keyboard('x');
		expect(his.text()).toBe('nur zum Lesen');
	});
});

describe('the toolbar', () => {
	it('is one stop of the Tab key, has arrow keys, and gives the focus back', async () => {
		const { hers, his } = await together();
		await hers.box.click();
		await userEvent.keyboard('Preis{Shift>}{Home}{/Shift}{Alt>}{F10}{/Alt}');
		const label = () => document.activeElement?.getAttribute('aria-label');
		const first = label();
		expect(document.activeElement?.closest('[role=toolbar]')).not.toBeNull();
		await userEvent.keyboard('{Enter}');
		await expect.poll(() => his.target.querySelector('strong')?.textContent).toBe('Preis');
		await expect.poll(() => document.activeElement).toBe(hers.box.element());
		await userEvent.keyboard('{Alt>}{F10}{/Alt}');
		expect(document.activeElement?.getAttribute('aria-pressed')).toBe('true');
		await userEvent.keyboard('{ArrowRight}');
		expect(label()).not.toBe(first);
		await userEvent.keyboard('{Home}{ArrowLeft}');
		const last = label();
		await userEvent.keyboard('{End}');
		expect(label()).toBe(last);
		await userEvent.keyboard('{Escape}');
		await expect.poll(() => document.activeElement).toBe(hers.box.element());
		await userEvent.keyboard('{Shift>}{Tab}{/Shift}');
		expect(label()).toBe(last);
	});

	it('does not take the cursor out of the text when it is pressed', async () => {
		const { hers, his } = await together();
		await hers.box.click();
		await userEvent.keyboard('Liste');
		await page
			.elementLocator(hers.target)
			.getByRole('button', { name: /^(Aufzählung|Bulleted list)$/ })
			.click();
		await userEvent.keyboard(' weiter');
		await expect.poll(() => his.target.querySelector('ul li')?.textContent).toBe('Liste weiter');
	});

	it('makes links, refuses dangerous ones in words, and returns to the text', async () => {
		const { hers, his } = await together();
		await hers.box.click();
		await userEvent.keyboard('Angebot{Shift>}{Home}{/Shift}');
		await page.elementLocator(hers.target).getByRole('button', { name: 'Link', exact: true }).click();
		await userEvent.keyboard('javascript:alert(1){Enter}');
		await expect.element(page.getByRole('alert')).toBeVisible();
		expect(his.target.querySelector('a')).toBeNull();
		await userEvent.keyboard('{Control>}a{/Control}muster.example/angebot{Enter}');
		await expect
			.poll(() => his.target.querySelector('.note-text a')?.getAttribute('href'))
			.toBe('https://muster.example/angebot');
		expect(his.target.querySelector('.note-text a')?.textContent).toBe('Angebot');
		await expect.poll(() => document.activeElement).toBe(hers.box.element());
	});

	it('can be left by Tab, from every place of the text', async () => {
		const { hers, his } = await together();
		await hers.box.click();
		await userEvent.keyboard('Text{Tab}');
		expect(his.target.contains(document.activeElement)).toBe(true);
	});
});

describe('the read-only text', () => {
	it('shows a note as the editor does, and follows it', async () => {
		const { bob, hers } = await together();
		const target = document.createElement('section');
		document.body.append(target);
		const component = mount(NoteText, { target, props: { body: bodyOf(bob) } });
		opened.push(() => void unmount(component));
		await hers.box.click();
		await userEvent.keyboard('# Besuch{Enter}1. eins{Enter}zwei{Enter}{Enter}{Control>}b{/Control}fett');
		await expect.poll(() => target.querySelector('.note-bold')?.textContent).toBe('fett');
		expect(target.querySelector('[role=heading]')?.textContent).toBe('Besuch');
		// Nothing between the parts but what was written.
		const items = [...target.querySelectorAll<HTMLElement>('ol li')];
		expect(items[1]?.getBoundingClientRect().height).toBeLessThan(30);
		expect([...target.querySelectorAll('ol li')].map((item) => item.textContent?.trim())).toEqual([
			'eins',
			'zwei'
		]);
	});
});

const session = () => cdp() as unknown as { send: (method: string, parameters: object) => Promise<unknown> };

/** What an input method shows while a word is being chosen, step by step. */
async function compose(...steps: string[]): Promise<void> {
	for (const text of steps)
		await session().send('Input.imeSetComposition', {
			text,
			selectionStart: text.length,
			selectionEnd: text.length
		});
}

/** The word is chosen. */
const commit = (text: string) => session().send('Input.insertText', { text });

/** Writes at the beginning of a line of the note, on the document alone. */
function typeInto(who: Person, line: number, text: string): void {
	const block = bodyOf(who).get(line);
	const first = block instanceof Y.XmlElement ? block.get(0) : undefined;
	if (!(first instanceof Y.XmlText)) throw new Error('no text there');
	first.insert(0, text);
}
