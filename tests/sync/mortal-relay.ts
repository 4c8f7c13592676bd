import { main } from '../../sync-server/main.ts';

/** The relay as a person starts it, whose writer thread dies in the middle of its first write. */
await main({ writer: { fault: { step: 'beforeAppend', after: 1, ends: 'thread' } } });
