/** The transaction origin of everything that this device's commands write; providers and undo tell it apart. */
export const LOCAL_ORIGIN: unique symbol = Symbol('rapport local edit');
