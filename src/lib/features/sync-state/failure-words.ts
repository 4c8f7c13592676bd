import { m } from '#paraglide/messages.js';
import type { RefusalReason } from '#core/protocol/refusal.ts';
import type { StorageFailure } from '$lib/storage/failure.ts';

/** Why something could not be saved, and what to do about it. */
export type FailureWords = { why: string; todo: string };
type Words = () => FailureWords;

const words =
	(why: () => string, todo: () => string): Words =>
	() => ({ why: why(), todo: todo() });

const DAMAGED = words(m.refused_damaged_why, m.refused_damaged_todo);
const IDENTITY = words(m.refused_identity_why, m.refused_identity_todo);
const ADDRESS = words(m.refused_address_why, m.refused_address_todo);
const BUSY = words(m.refused_busy_why, m.refused_busy_todo);
const STRANGER = words(m.refused_stranger_why, m.refused_stranger_todo);

/** The one table of what the relay refuses; `otherWorkspace` is the device's own finding. */
const REFUSED: Record<RefusalReason | 'otherWorkspace', Words> = {
	malformed: DAMAGED,
	unknownMessage: DAMAGED,
	clockJump: DAMAGED,
	deleteOfUnknown: DAMAGED,
	unknownRoot: DAMAGED,
	wrongRootType: DAMAGED,
	tooDeep: DAMAGED,
	forbiddenContent: DAMAGED,
	gapRemains: words(m.refused_gap_why, m.refused_gap_todo),
	foreignClient: IDENTITY,
	clientIdTaken: IDENTITY,
	diverged: IDENTITY,
	noSession: STRANGER,
	memberTaken: STRANGER,
	wrongOrigin: ADDRESS,
	wrongHost: ADDRESS,
	notAllowed: words(m.refused_right_why, m.refused_right_todo),
	unknownRoom: words(m.refused_room_why, m.refused_room_todo),
	tooLarge: words(m.refused_large_why, m.refused_large_todo),
	tooFast: BUSY,
	tooManyChannels: BUSY,
	unavailable: BUSY,
	shuttingDown: BUSY,
	oldClient: words(m.refused_old_why, m.refused_old_todo),
	diskFull: words(m.refused_disk_why, m.refused_disk_todo),
	otherWorkspace: words(m.refused_workspace_why, m.refused_workspace_todo)
};

/** The one table of what this device's storage can't do. */
const STORAGE: Record<StorageFailure, Words> = {
	quota: words(m.storage_quota_why, m.storage_quota_todo),
	neverOpens: words(m.storage_stuck_why, m.storage_stuck_todo),
	blocked: words(m.storage_blocked_why, m.storage_blocked_todo),
	corrupt: words(m.storage_corrupt_why, m.storage_corrupt_todo),
	unavailable: words(m.storage_unavailable_why, m.storage_unavailable_todo),
	closed: words(m.storage_closed_why, m.storage_closed_todo),
	newer: words(m.storage_newer_why, m.storage_newer_todo),
	failed: words(m.storage_failed_why, m.storage_failed_todo)
};

export const refusalWords = (reason: RefusalReason | 'otherWorkspace'): FailureWords => REFUSED[reason]();
export const storageWords = (failure: StorageFailure): FailureWords => STORAGE[failure]();
