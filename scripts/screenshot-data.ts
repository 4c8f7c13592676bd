const COMPANIES = [
	['Ahlmann Fördertechnik GmbH', 'Industriestraße 14', '48163', 'Münster', '0251 7780120', 'Fördertechnik'],
	['Bäckerei Hinrichs KG', 'Am Markt 3', '26721', 'Emden', '04921 91450', 'Lebensmittel'],
	['Behrens & Söhne Metallbau', 'Werftweg 22', '24143', 'Kiel', '0431 558010', 'Metallbau'],
	['Brauhaus Zirndorf GmbH', 'Brauereigasse 1', '90513', 'Zirndorf', '0911 960540', 'Getränke'],
	[
		'Dörfler Präzisionsteile GmbH',
		'Schwarzwaldallee 88',
		'78054',
		'Villingen-Schwenningen',
		'07720 83450',
		'Zerspanung'
	],
	['Druckhaus Ostend', 'Hanauer Landstraße 190', '60314', 'Frankfurt am Main', '069 4059210', 'Druckerei'],
	['Eisenwerk Würth GmbH & Co. KG', 'Hüttenstraße 5', '66333', 'Völklingen', '06898 10440', 'Gießerei'],
	['Elbtal Logistik GmbH', 'Hafenstraße 40', '01067', 'Dresden', '0351 495210', 'Spedition'],
	['Fahrzeugbau Kröger', 'Gewerbering 17', '49661', 'Cloppenburg', '04471 92600', 'Fahrzeugbau'],
	['Feinkost Lindner', 'Viktualienmarkt 8', '80331', 'München', '089 2904410', 'Lebensmittel'],
	['Gartenbau Petersen', 'Deichweg 11', '25746', 'Heide', '0481 78320', 'Gartenbau'],
	['Gebrüder Staiger Maschinen AG', 'Jahnstraße 62', '72574', 'Bad Urach', '07125 15990', 'Maschinenbau'],
	['Glaserei Thomsen', 'Norderstraße 45', '24939', 'Flensburg', '0461 24180', 'Handwerk'],
	['Hanse Kältetechnik GmbH', 'Speicherstadt 4', '23552', 'Lübeck', '0451 707330', 'Kältetechnik'],
	['Harzer Holzwerke', 'Bodetal 9', '06502', 'Thale', '03947 61220', 'Holz'],
	[
		'Hotel Goldener Hirsch',
		'Untere Schmiedgasse 16',
		'91541',
		'Rothenburg ob der Tauber',
		'09861 7080',
		'Hotel'
	],
	['Ingenieurbüro Wagner + Roth', 'Kaiserstraße 120', '76133', 'Karlsruhe', '0721 384560', 'Planung'],
	['Jansen Windkraft Service', 'Siemensring 31', '26603', 'Aurich', '04941 98760', 'Energie'],
	['Kaffeerösterei Nordlicht', 'Eppendorfer Weg 71', '20259', 'Hamburg', '040 43271900', 'Lebensmittel'],
	['Kunststoffwerk Oelsnitz GmbH', 'Plauensche Straße 33', '08606', 'Oelsnitz', '037421 4550', 'Kunststoff'],
	['Lausitzer Textilveredlung', 'Spreeufer 2', '02625', 'Bautzen', '03591 37710', 'Textil'],
	['Mosel Weinkontor', 'Brückenstraße 19', '54470', 'Bernkastel-Kues', '06531 4490', 'Handel'],
	['Müller Werkzeugbau GmbH', 'Dieselstraße 7', '73312', 'Geislingen', '07331 20450', ''],
	['Neckar Pumpen GmbH', 'Uferstraße 51', '74081', 'Heilbronn', '07131 59020', 'Maschinenbau'],
	['Oberland Sägewerk', 'Tölzer Straße 90', '83607', 'Holzkirchen', '08024 47660', 'Holz'],
	['Optik Schönfeld', 'Königsallee 28', '40212', 'Düsseldorf', '0211 8649010', 'Handel'],
	['Papierfabrik Gmund', 'Mangfallstraße 5', '83703', 'Gmund am Tegernsee', '08022 75000', 'Papier'],
	['Quellbrunn Mineralwasser', 'Brunnenallee 1', '34596', 'Bad Zwesten', '05626 99700', 'Getränke'],
	['Rheintal Anlagenbau AG', 'Hafenbecken 12', '67059', 'Ludwigshafen', '0621 5911230', 'Anlagenbau'],
	['Sanitätshaus Brandt', 'Bahnhofstraße 6', '37073', 'Göttingen', '0551 499620', 'Gesundheit'],
	['Schreinerei Vogel', 'Lindenweg 3', '88212', 'Ravensburg', '0751 36690', 'Handwerk'],
	['Stadtwerke Eberswalde', 'Bergerstraße 105', '16225', 'Eberswalde', '03334 209100', 'Versorgung'],
	['Thüringer Glashütte', 'Rennsteig 21', '98724', 'Lauscha', '036702 20450', 'Glas'],
	['Uhrenmanufaktur Kessler', 'Altenberger Straße 1', '01768', 'Glashütte', '035053 3910', 'Feinmechanik'],
	['Verlag am Dom', 'Domplatz 14', '99084', 'Erfurt', '0361 5968100', 'Verlag'],
	['Westfalen Solar GmbH', 'Lange Straße 55', '33378', 'Rheda-Wiedenbrück', '05242 90340', 'Energie'],
	['Zimmerei Oberhofer', 'Dorfstraße 40', '87534', 'Oberstaufen', '08386 93510', 'Handwerk']
] as const;

const SPELT: Record<string, string> = { ä: 'ae', ö: 'oe', ü: 'ue', ß: 'ss' };

/** A customer list as a spreadsheet saves it: German headings, semicolons; one e-mail address is broken. */
export function customerList(): string {
	const rows = COMPANIES.map(([name, street, postcode, city, phone, industry], index) => {
		const domain = name
			.toLowerCase()
			.replace(/[äöüß]/g, (letter) => SPELT[letter] ?? letter)
			.split(/[^a-z]+/, 1)
			.join('');
		const email = index === 9 ? `info(at)${domain}.example` : `info@${domain}.example`;
		return [name, street, postcode, city, phone, email, `K-${10201 + index}`, industry].join(';');
	});
	return ['Firma;Straße;PLZ;Ort;Telefon;E-Mail;Kundennummer;Branche', ...rows].join('\r\n');
}
