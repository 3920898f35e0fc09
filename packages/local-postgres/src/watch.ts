import { spawn } from 'node:child_process';

/**
 * Stops an ephemeral server and removes its directory when this process ends, however it ends: a shell waits on a pipe that
 * only our death closes. Windows has no such shell; there an ephemeral server outlives a killed parent.
 */
export function watchEphemeral(pid: number, data: string, dir: string): () => void {
  if (process.platform === 'win32') return () => undefined;
  const script = `read -r _
if [ "$(head -n 1 "$2/postmaster.pid" 2>/dev/null)" = "$1" ]; then kill -QUIT "$1"; fi
n=0; while [ -e "$2/postmaster.pid" ] && [ $n -lt 300 ]; do sleep 0.1; n=$((n+1)); done
rm -rf "$3"`;
  const watcher = spawn('sh', ['-c', script, 'sh', String(pid), data, dir], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watcher.unref();
  (watcher.stdin as unknown as { unref?: () => void } | null)?.unref?.();
  return () => watcher.kill('SIGKILL');
}
