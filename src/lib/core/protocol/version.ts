/** The wire's version; a relay and a device that differ in it refuse each other by name. */
export const PROTOCOL_VERSION = 1;
/** The subprotocol by which a device asks for the mux; stock y-websocket clients name none (rule 3). */
export const MUX_SUBPROTOCOL = 'rapport-mux.v1';
/** Where the physical socket of a tab connects; stock clients connect to `${SYNC_PATH}/<room>`. */
export const SYNC_PATH = '/sync';
