import { ensureBuilt } from './build.ts';

// `npm start`: builds the app when needed and serves it. The relay runs in this very process, so that signals,
// exit codes and the service manager of a server see it and nothing in between.
process.env.PORT ??= '4800';
process.env.DATA_DIR ??= 'data';
if (ensureBuilt() === 'built') console.log('Built the app.');
const { main } = await import('../sync-server/main.ts');
await main();
