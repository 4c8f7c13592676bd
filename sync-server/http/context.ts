import type { HttpBindings } from '@hono/node-server';
import type { Handler } from 'hono';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { RateLimiterMemory } from 'rate-limiter-flexible';
import type { MemberId } from '#core/model/id.ts';
import type { House } from '../authorise.ts';
import type { Hub } from '../connections/hub.ts';
import type { IndexThread } from '../index/index-thread.ts';
import type { Reader } from '../log/reader.ts';

/** What the HTTP handlers work with. */
export type HttpContext = {
	house: House;
	hub: Hub;
	reader: Reader;
	index: IndexThread;
	logger: Logger;
	/** Wishes for a session, per address that they come from. */
	sessionPace: RateLimiterMemory;
	servePage: (request: IncomingMessage, response: ServerResponse) => void;
	/** False once the log can't be written any more. */
	isWell: () => boolean;
};

/** `member` is set for every entrance that needs one. */
export type Env = { Bindings: HttpBindings; Variables: { member: MemberId } };
export type HttpHandler = Handler<Env>;
