import { createContext } from 'svelte';
import type { WorkspaceSession } from '$lib/workspace/workspace.ts';

const [useSession, provideSession] = createContext<WorkspaceSession>();

/** The opened workspace; components read it once, when they are made. */
export { useSession, provideSession };
