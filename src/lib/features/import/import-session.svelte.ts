import type { PartyRow } from '#core/documents/row.ts';
import type { ImportTarget } from '../../workspace/import-target.ts';
import { readCsvFile } from './csv-file.ts';
import type { FileRefusal } from './csv-text.ts';
import { CAREFUL, chosenRows, type Decisions } from './decisions.ts';
import { ImportColumns, type ImportColumn } from './import-columns.svelte.ts';
import type { CountryCode } from './phone-reader.ts';
import { planImport, type ImportPlan } from './plan.ts';
import { runImport, type ImportResult } from './run-import.ts';

/** Where the user is on the way from a file to parties. */
export type ImportStep =
	| { at: 'file'; problem?: FileRefusal | { state: 'unreadable'; detail: string } }
	| { at: 'reading'; name: string }
	| { at: 'columns'; columns: ImportColumns }
	| { at: 'planning'; columns: ImportColumns }
	| { at: 'preview'; columns: ImportColumns; plan: ImportPlan }
	| { at: 'running'; total: number }
	| { at: 'result'; result: ImportResult; total: number };

/** One import by one user: the step that is on screen and what leads to the next. */
export class ImportSession {
	step = $state.raw<ImportStep>({ at: 'file' });
	/** How far reading, planning or writing is. */
	done = $state(0);
	decisions = $state.raw<Decisions>(CAREFUL);
	/** Somebody has asked to stop; it takes effect after the parties that are being written. */
	stopping = $state(false);
	readonly #target: ImportTarget;
	readonly #parties: () => readonly PartyRow[];
	#stop = new AbortController();

	constructor(target: ImportTarget, parties: () => readonly PartyRow[]) {
		this.#target = target;
		this.#parties = parties;
	}

	async read(file: File, country: CountryCode): Promise<void> {
		const signal = this.#begin({ at: 'reading', name: file.name });
		try {
			const read = await readCsvFile(file, signal);
			if (signal.aborted) return;
			this.step =
				'state' in read
					? { at: 'file', problem: read }
					: { at: 'columns', columns: new ImportColumns(read, country) };
		} catch (error) {
			if (!signal.aborted)
				this.step = { at: 'file', problem: { state: 'unreadable', detail: String(error) } };
		}
	}

	/** Reads the same file again, with or without a row of headings. */
	setHeaded(columns: ImportColumns, headed: boolean): void {
		const next = new ImportColumns(columns.file, columns.country, headed);
		next.kind = columns.kind;
		next.role = columns.role;
		this.step = { at: 'columns', columns: next };
	}

	async plan(columns: ImportColumns, nameOf: (column: ImportColumn) => string): Promise<void> {
		const signal = this.#begin({ at: 'planning', columns });
		this.decisions = CAREFUL;
		try {
			const plan = await planImport(
				{ ...columns.input(nameOf), parties: this.#parties() },
				{ signal, progress: (done) => (this.done = done) }
			);
			this.step = { at: 'preview', columns, plan };
		} catch (error) {
			if (!signal.aborted) throw error;
		}
	}

	async run(plan: ImportPlan): Promise<void> {
		const rows = chosenRows(plan, this.decisions);
		const signal = this.#begin({ at: 'running', total: rows.length });
		const result = await runImport(rows, this.#target, { signal, progress: (done) => (this.done = done) });
		this.step = { at: 'result', result, total: rows.length };
	}

	/** Stops what is under way: reading and planning go back a step, writing ends with what it has made. */
	stop(): void {
		const { step } = this;
		this.#stop.abort(new DOMException('stopped by the user', 'AbortError'));
		if (step.at === 'reading') this.step = { at: 'file' };
		if (step.at === 'planning') this.step = { at: 'columns', columns: step.columns };
		if (step.at === 'running') this.stopping = true;
	}

	show(step: ImportStep): void {
		this.step = step;
	}

	#begin(step: ImportStep): AbortSignal {
		this.#stop = new AbortController();
		this.stopping = false;
		this.done = 0;
		this.step = step;
		return this.#stop.signal;
	}
}
