import type { PartyKind } from '#core/model/party.ts';
import { CountryReader } from './country.ts';
import type { CsvFile } from './csv-file.ts';
import type { ImportField } from './import-field.ts';
import { PhoneReader, type CountryCode } from './phone-reader.ts';
import type { PlanInput } from './plan.ts';
import { hasHeadings, proposeMapping } from './propose-mapping.ts';
import type { RowRules } from './row-draft.ts';

const NAMES: readonly ImportField[] = ['name', 'fullName', 'givenName', 'familyName'];
const SAMPLES = 3;

export type ImportColumn = { at: number; heading: string; samples: string[]; field: ImportField };

/** How the columns of one file are read: proposed at first, then as the user says. */
export class ImportColumns {
	readonly file: CsvFile;
	/** The first row names the columns. */
	readonly headed: boolean;
	readonly columns: ImportColumn[];
	kind = $state<PartyKind | 'auto'>('auto');
	country = $state<CountryCode>('DE');
	role = $state('');

	constructor(file: CsvFile, country: CountryCode, headed = hasHeadings(file.table.rows)) {
		this.file = file;
		this.headed = headed;
		this.country = country;
		const { rows, width } = file.table;
		const first = headed ? (rows[0] ?? []) : [];
		const headings = Array.from({ length: width }, (_, at) => first[at]?.trim() ?? '');
		const mapping = proposeMapping(headings, this.rows.slice(0, 200));
		this.columns = $state(
			headings.map((heading, at) => ({
				at,
				heading,
				samples: this.#samples(at),
				field: mapping[at] ?? 'ignore'
			}))
		);
	}

	/** The rows of data. */
	get rows(): readonly (readonly string[])[] {
		return this.headed ? this.file.table.rows.slice(1) : this.file.table.rows;
	}

	get isNamed(): boolean {
		return this.columns.some(({ field }) => NAMES.includes(field));
	}

	/** Everything that planning needs, apart from what is in Rapport already. `nameOf` says a column's name. */
	input(nameOf: (column: ImportColumn) => string): Omit<PlanInput, 'parties'> {
		const rules: RowRules = {
			headings: this.columns.map(nameOf),
			mapping: this.columns.map(({ field }) => field),
			kind: this.kind,
			roles: this.role === '' ? [] : [this.role],
			phones: new PhoneReader(this.country),
			countries: new CountryReader()
		};
		const broken = new Set([...this.file.table.broken].map((index) => index + 1));
		return { rows: this.rows, firstRow: this.headed ? 2 : 1, broken, rules };
	}

	#samples(at: number): string[] {
		const samples: string[] = [];
		for (const row of this.rows.slice(0, 200)) {
			const cell = (row[at] ?? '').trim();
			if (cell !== '' && !samples.includes(cell)) samples.push(cell.slice(0, 60));
			if (samples.length === SAMPLES) break;
		}
		return samples;
	}
}
