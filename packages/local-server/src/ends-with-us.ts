import { spawn } from 'node:child_process';

export interface Ending {
  /** What the server was started with, and no other server: its data, its settings. */
  readonly argument: string;
  readonly signal: 'TERM' | 'QUIT' | 'KILL';
  /** A folder, from the root, that goes when the server is gone, or after half a minute. */
  readonly removes?: string;
}

const script = `ours() {
  if [ -r "/proc/$1/cmdline" ]; then tr '\\0' '\\n' <"/proc/$1/cmdline" | grep -qxF -- "$2"
  else case " $(ps -ww -o command= -p "$1") " in *" $2 "*) ;; *) false ;; esac; fi
}
read -r _
if ours "$1" "$2"; then kill -s "$3" "$1"; fi
if [ -z "$4" ]; then exit; fi
n=0; while ours "$1" "$2" && [ $n -lt 300 ]; do sleep 0.1; n=$((n+1)); done
rm -rf -- "$4"`;

/**
 * Ends a server when this process ends, however it ends: a shell waits on a pipe that only our death closes. Gives what calls that off.
 * Windows has no such shell; there the server outlives a killed parent.
 */
export function endsWithUs(pid: number, { argument, signal, removes = '' }: Ending): () => void {
  if (process.platform === 'win32') return () => undefined;
  const watcher = spawn('sh', ['-c', script, 'sh', String(pid), argument, signal, removes], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watcher.unref();
  (watcher.stdin as unknown as { unref?: () => void } | null)?.unref?.();
  return () => watcher.kill('SIGKILL');
}
