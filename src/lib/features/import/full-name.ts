const SALUTATION = /^(?:herrn?|frau|mr|mrs|ms|miss|mme)\.?$/i;
const TITLE = /^(?:prof|dr|dipl|ing|mag)(?:[.-].*)?$/i;
/** Follows a title and is none by itself: initials look the same. */
const ADDITION =
	/^(?:(?:med|jur|phil|rer|nat|pol|oec|theol|habil|mult|univ)\.?|h\.c\.?|e\.h\.?|\((?:FH|TH|Univ)\.?\))$/i;
/** Words that belong to the last name. */
const PARTICLES = new Set(
	'von vom van de der den del della di da dos du la le zu zur zum ter ten af av'.split(' ')
);

export type NameParts = { title: string; givenName: string; familyName: string };

/** The parts of a name in one cell: `Dr. Erika von Muster` and `Muster, Erika`. One word alone is a last name. */
export function splitFullName(text: string): NameParts {
	const words = text
		.trim()
		.replace(/\bh\.\s+c\./i, 'h.c.')
		.split(/\s+/);
	if (SALUTATION.test(words[0] ?? '')) words.shift();
	let titles = 0;
	while (isTitle(words[titles] ?? '', titles > 0)) titles++;
	const title = words.slice(0, titles).join(' ');
	const rest = words.slice(titles);
	const name = rest.join(' ');
	const comma = name.indexOf(',');
	if (comma > 0)
		return { title, givenName: name.slice(comma + 1).trim(), familyName: name.slice(0, comma).trim() };
	const particle = rest.findIndex((word, at) => at > 0 && PARTICLES.has(word.toLowerCase()));
	const cut = particle > 0 ? particle : rest.length - 1;
	return { title, givenName: rest.slice(0, cut).join(' '), familyName: rest.slice(cut).join(' ') };
}

const isTitle = (word: string, isAfterTitle: boolean): boolean =>
	TITLE.test(word) || (isAfterTitle && ADDITION.test(word));
