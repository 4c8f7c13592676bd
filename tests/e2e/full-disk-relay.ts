import { createRelay } from '../../sync-server/server.ts';

/** A relay whose database may not grow beyond so many pages: a full disk, as SQLite itself reports it. */
const [dataDir = '', port = '0', maxPages = '60'] = process.argv.slice(2);
const relay = await createRelay({
	dataDir,
	port: Number(port),
	writer: { maxPages: Number(maxPages) }
});
console.log(`Rapport listening on ${relay.url}`);
