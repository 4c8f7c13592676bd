/** Milliseconds without a keystroke after which an edit rests. */
const REST_MS = 1_000;

/**
 * What stands in a field between the first keystroke and the rest: a colleague's edit of the same field must not
 * tear the text from under the cursor. Every keystroke is handed on at once; nothing waits here.
 */
export class Draft {
	#text = $state<string>();
	#timer: ReturnType<typeof setTimeout> | undefined;
	readonly #edit: (text: string) => void;
	readonly #rest: () => void;

	constructor(edit: (text: string) => void, rest: () => void) {
		this.#edit = edit;
		this.#rest = rest;
	}

	/** What the field shows, given the value that the document has. */
	shown(value: string): string {
		return this.#text ?? value;
	}

	type(text: string): void {
		this.#text = text;
		this.#edit(text);
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => this.leave(), REST_MS);
	}

	/** Ends the edit; does nothing when none is open. */
	leave(): void {
		clearTimeout(this.#timer);
		if (this.#text === undefined) return;
		this.#rest();
		this.#text = undefined;
	}
}
