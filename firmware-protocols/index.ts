import { fileURLToPath } from 'node:url';

/** Folder that holds `<protocol>/<vendor>/<model>/profile.yaml` and the cases beside it. */
export const profileRoot: string = fileURLToPath(new URL('.', import.meta.url));
