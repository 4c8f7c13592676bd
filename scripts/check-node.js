// Plain JavaScript, so that an old system Node can still run it and say what is wrong.
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
	console.error(
		`Rapport needs Node 24 or newer; this is ${process.versions.node}.\n` +
			'`npm ci` brings the right one for this project (never use --omit=optional); run commands through `npm run ...`.'
	);
	process.exit(1);
}
