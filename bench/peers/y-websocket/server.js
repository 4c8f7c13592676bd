// @y/websocket-server with LevelDB, wired as its own documentation does. PORT and DATA_DIR by environment.
import http from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setPersistence, setupWSConnection } from '@y/websocket-server/utils';
import { LeveldbPersistence } from 'y-leveldb';
import * as Y from 'yjs';

// The version of ws that the server itself asks for.
const WebSocket = createRequire(import.meta.resolve('@y/websocket-server/utils'))('ws');

const level = new LeveldbPersistence(join(process.env.DATA_DIR, 'level'));
setPersistence({
	provider: level,
	bindState: async (name, doc) => {
		const stored = await level.getYDoc(name);
		level.storeUpdate(name, Y.encodeStateAsUpdate(doc));
		Y.applyUpdate(doc, Y.encodeStateAsUpdate(stored));
		doc.on('update', (update) => level.storeUpdate(name, update));
	},
	writeState: async () => {}
});

const sockets = new WebSocket.Server({ noServer: true });
sockets.on('connection', setupWSConnection);
const web = http.createServer((_request, response) => response.end('okay'));
web.on('upgrade', (request, socket, head) =>
	sockets.handleUpgrade(request, socket, head, (ws) => sockets.emit('connection', ws, request))
);
web.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () =>
	console.log(`listening on http://127.0.0.1:${web.address().port}`)
);
process.on('SIGTERM', async () => {
	await level.destroy();
	process.exit(0);
});
