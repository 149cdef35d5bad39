import { createHash, randomBytes } from 'node:crypto';

/** A device's token: 256 random bits, shown once. What is kept is its hash. */
export const makeToken = (): string => randomBytes(32).toString('base64url');

/** One round suffices: nobody guesses 256 bits, and thousands of devices come back at once after a power cut. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('base64url');
