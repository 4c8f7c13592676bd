import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The secret by which scripts without an Origin come in (rule 20), made at the first start, readable by its owner alone. */
export function readToken(dataDir: string): string {
	const path = join(dataDir, 'token');
	if (existsSync(path)) {
		const token = readFileSync(path, 'utf8').trim();
		if (token.length >= 32) return token;
	}
	const token = randomBytes(32).toString('base64url');
	writeFileSync(path, `${token}\n`, { mode: 0o600 });
	return token;
}

/** Compares two secrets in a time that tells nothing of where they differ. */
export const isSameSecret = (one: string, other: string): boolean =>
	timingSafeEqual(hashSecret(one), hashSecret(other));

export const hashSecret = (secret: string): Buffer => createHash('sha256').update(secret).digest();
