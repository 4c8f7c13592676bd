// Hocuspocus with its database extension on SQLite, as its documentation sets it up. PORT and DATA_DIR by environment.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Database } from '@hocuspocus/extension-database';
import { Server } from '@hocuspocus/server';

const db = new DatabaseSync(join(process.env.DATA_DIR, 'hocuspocus.db'));
db.exec('PRAGMA journal_mode = WAL');
db.exec('CREATE TABLE IF NOT EXISTS documents (name TEXT PRIMARY KEY, data BLOB NOT NULL)');
const fetch = db.prepare('SELECT data FROM documents WHERE name = ?');
const store = db.prepare('INSERT INTO documents VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET data = excluded.data');

const server = new Server({
	address: '127.0.0.1',
	port: Number(process.env.PORT ?? 0),
	quiet: true,
	extensions: [
		new Database({
			fetch: async ({ documentName }) => fetch.get(documentName)?.data ?? null,
			store: async ({ documentName, state }) => {
				store.run(documentName, state);
			}
		})
	]
});
await server.listen();
console.log(`listening on http://127.0.0.1:${server.httpServer.address().port}`);
