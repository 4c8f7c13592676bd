import { foldLong } from '#core/model/fold.ts';
import type { ImportField } from './import-field.ts';

/** Headings as `headingKey` folds them, German and English, for whole headings. */
const WHOLE: readonly (readonly [ImportField, string])[] = [
	[
		'name',
		'firma firmenname firmenbezeichnung unternehmen organisation organisationsname betrieb kunde kundenname lieferant lieferantenname gesellschaft company companyname organization organizationname organisationname account accountname business businessname customer customername employer'
	],
	[
		'fullName',
		'ansprechpartner ansprechpartnerin kontakt kontaktperson kontaktname vollername anzeigename contact contactname contactperson fullname displayname'
	],
	['title', 'titel akademischertitel akadtitel title prefix nameprefix'],
	['givenName', 'vorname vornamen rufname firstname givenname forename first'],
	['familyName', 'nachname familienname zuname lastname familyname surname last'],
	['function', 'funktion position rolle beruf taetigkeit jobtitle job function role occupation stelle'],
	['department', 'abteilung department dept division'],
	[
		'street',
		'strasse str strassehausnummer strasseundhausnummer strassenr strassehnr strassehausnr anschrift adresse strasse1 hausnummer hausnr hnr street streetaddress street1 address address1 addressline1 addressstreet streetandnumber housenumber mailingaddress'
	],
	[
		'extra',
		'adresszusatz zusatz adresse2 strasse2 strasse3 postfach gebaeude etage address2 addressline2 street2 suite building pobox'
	],
	['postcode', 'plz postleitzahl zip zipcode postcode postalcode zippostalcode postzahl'],
	[
		'city',
		'ort stadt wohnort city town place locality location headquarters headquarterslocation sitz firmensitz standort ortschaft'
	],
	['postcodeCity', 'plzort plzundort postleitzahlort zipcity'],
	['region', 'bundesland region kanton provinz state province county stateprovince land2'],
	['country', 'land staat laenderkennung laendercode landkz country countrycode countryregion nation'],
	[
		'phone',
		'telefon telefonnummer telefonnr tel telnr fon festnetz rufnummer telefon1 telefon2 telefonzentrale phone phonenumber phone1 phone2 telephone tel1 tel2 mainphone'
	],
	[
		'mobile',
		'mobil handy mobiltelefon mobilnummer mobilnr mobiltel handynummer handynr mobile mobilephone cell cellphone cellular'
	],
	['fax', 'fax telefax faxnummer faxnr telefaxnummer faxnumber'],
	['email', 'email emailadresse mail mailadresse emailaddress email1 email2 epost emails'],
	[
		'web',
		'webseite website web homepage internet internetseite internetadresse url www webadresse weblink domain webpage'
	],
	['personPhone', 'durchwahl directphone directdial extension'],
	['personEmail', 'ansprechpartneremail kontaktemail contactemail emailansprechpartner'],
	[
		'number',
		'kundennummer kundennr kdnr lieferantennummer lieferantennr debitor debitorennummer debitorennr kreditor kreditorennummer partnernummer kontonummer adressnummer adressnr nummer nr id customernumber customerno customerid supplierid vendorid accountnumber number no partnerid externalid key'
	],
	[
		'vatId',
		'ustid ustidnr umsatzsteuerid umsatzsteueridnr umsatzsteueridentifikationsnummer uid vatid vat vatnumber vatno taxid'
	],
	['industry', 'branche wirtschaftszweig gicssector industry sector branch'],
	[
		'topics',
		'thema themen zustaendigkeit zustaendigkeiten zustaendigfuer topic topics responsibility responsibilities'
	],
	[
		'remarks',
		'bemerkung bemerkungen notiz notizen kommentar anmerkung anmerkungen beschreibung info hinweis remark remarks note notes comment comments description'
	]
];

/** Parts of longer headings ("Telefon geschäftlich", "Business Street"), the most telling first. */
const PARTS: readonly (readonly [ImportField, RegExp])[] = [
	['email', /mail/],
	['fax', /fax/],
	['mobile', /mobil|handy|cellphone/],
	['phone', /telefon|phone|rufnummer/],
	['web', /website|webseite|homepage|webpage/],
	['postcode', /plz|postleitzahl|zipcode|postcode|postalcode/],
	['street', /strasse|street/],
	['country', /^land|country/],
	['city', /^ort|ort$|stadt|city/],
	['givenName', /vorname|firstname|givenname/],
	['familyName', /nachname|lastname|familyname/],
	['number', /kundennummer|kundennr|kdnr|customernumber|customerno/],
	['vatId', /ustid|vatid|vatnumber/],
	['name', /firma|company|unternehmen/],
	['fullName', /ansprechpartner|contactperson/],
	['region', /bundesland|province/],
	['department', /abteilung|department/],
	['remarks', /bemerkung|notiz/]
];

const BY_HEADING: ReadonlyMap<string, ImportField> = new Map(
	WHOLE.flatMap(([field, keys]) => keys.split(' ').map((key) => [key, field] as const))
);

/** A heading without case, spaces, punctuation and umlauts: `E-Mail (geschäftl.)` is `emailgeschaeftl`. */
export const headingKey = (heading: string): string => foldLong(heading).replace(/[^\p{L}\p{N}]/gu, '');

/** The field that a heading names; undefined for one that it doesn't know. */
export function fieldOfHeading(heading: string): ImportField | undefined {
	const key = headingKey(heading);
	// "Name" alone says neither whose it is; see proposeMapping.
	if (key === '' || key === 'name') return undefined;
	return BY_HEADING.get(key) ?? PARTS.find(([, part]) => part.test(key))?.[0];
}
