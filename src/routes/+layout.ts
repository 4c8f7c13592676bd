// Every page lives on the device: nothing is rendered or loaded on a server.
export const ssr = false;
export const prerender = false;
