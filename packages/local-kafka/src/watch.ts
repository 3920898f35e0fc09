import { spawn } from 'node:child_process';

/**
 * Ends an ephemeral broker and removes its folder when this process ends, however it ends: a shell waits on a pipe that only our death
 * closes. The broker is known by its command line, which names the folder: its pid may be another's by then. Windows has no such shell;
 * there an ephemeral broker outlives a killed parent.
 */
export function watchEphemeral(pid: number, dir: string): () => void {
  if (process.platform === 'win32') return () => undefined;
  const script = `read -r _
if { cat "/proc/$1/cmdline" || ps -o command= -p "$1"; } 2>/dev/null | grep -qF "$2/"; then kill -KILL "$1"; fi
n=0; while kill -0 "$1" 2>/dev/null && [ $n -lt 50 ]; do sleep 0.1; n=$((n+1)); done
rm -rf "$2"`;
  const watcher = spawn('sh', ['-c', script, 'sh', String(pid), dir], { cwd: '/', detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  watcher.unref();
  (watcher.stdin as unknown as { unref?: () => void } | null)?.unref?.();
  return () => watcher.kill('SIGKILL');
}
