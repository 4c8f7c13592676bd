/** Bytes of one Yjs update or SyncStep2 that the relay takes at most. */
export const MAX_UPDATE_BYTES = 16 * 1024 * 1024;
/** Structs and delete ranges of one update: a struct fits in two bytes and takes a hundred times that in memory. */
export const MAX_UPDATE_PARTS = 400_000;
/** Bytes of one awareness message; presence is a name, a place and a cursor. */
export const MAX_AWARENESS_BYTES = 8 * 1024;
/** Bytes of one physical WebSocket message; larger payloads travel in parts. */
export const MAX_MESSAGE_BYTES = 1024 * 1024;
/** Bytes of one part of a large payload: what may stand between a keystroke and the wire. */
export const PART_BYTES = 32 * 1024;
/** Open channels of one connection. */
export const MAX_CHANNELS = 4_000;
/** New clock ticks of one client in one update; a GC struct of 2^50 fits in 10 bytes (rule 9). */
export const MAX_CLOCK_ADVANCE = 2 ** 24;
/** Yjs types nested in each other; a note is table, row, body and its blocks. */
export const MAX_DEPTH = 48;
/** Bytes of the body of one push request. */
export const MAX_PUSH_BYTES = 32 * 1024 * 1024;
/** Documents in one push or compare request. */
export const MAX_PUSH_ROOMS = 2_000;
/** Rows in one page of the index feed. */
export const FEED_PAGE_ROWS = 5_000;
/** Stock clients and virtual sockets hear a sign of life this often, in ms (rules 2 and 3). */
export const KEEP_ALIVE_MS = 15_000;
