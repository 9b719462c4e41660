import type { Socket } from 'node:net';
import { FrameGuard, type FrameLimits, type FrameViolation } from './frame-guard.core.ts';

/**
 * Puts a frame guard before whoever reads the socket. Aedes reads with `read()` on `readable`, so the guard looks at each chunk on its way out of it: no
 * stream of its own, no copy. After a violation the socket is destroyed and gives nothing more.
 */
export function guardFrames(socket: Socket, limits: FrameLimits, refused: (violation: FrameViolation) => void): void {
  const guard = new FrameGuard(limits);
  const read = socket.read.bind(socket);
  let ended = false;
  socket.read = (size?: number): Buffer | null => {
    const chunk = read(size) as Buffer | null;
    if (chunk === null || ended) return null;
    const violation = guard.inspect(chunk);
    if (violation === undefined) return chunk;
    ended = true;
    refused(violation);
    socket.destroy();
    return null;
  };
}
