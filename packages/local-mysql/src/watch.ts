import { spawn } from 'node:child_process';

/** Stops the server when this process ends, however it ends: a shell waits on a pipe that only our death closes. */
export function watch(pid: number): () => void {
  const watcher = spawn('sh', ['-c', 'read -r _; kill "$1"', 'sh', String(pid)], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watcher.unref();
  (watcher.stdin as unknown as { unref?: () => void } | null)?.unref?.();
  return () => watcher.kill('SIGKILL');
}
