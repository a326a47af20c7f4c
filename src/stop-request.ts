/** The interval at which the launcher is checked, in milliseconds. */
const launcherCheckMs = 250;

/** How to recognize a stop request. */
export interface StopRequestOptions {
  /**
   * Whether a launcher such as npx is between this process and the person or supervisor that stops it. Its shell does
   * not forward signals, so the end of the launcher counts as a request to stop: nobody could reach this process
   * afterwards.
   */
  readonly followsLauncher: boolean;
  /** The parent of this process, for tests. */
  readonly parentPid?: () => number;
  /** For tests. */
  readonly checkMs?: number;
}

/** Resolves when this process is asked to stop: by SIGTERM or SIGINT, or by the end of the launcher that started it. */
export async function stopRequest({
  followsLauncher,
  parentPid = () => process.ppid,
  checkMs = launcherCheckMs,
}: StopRequestOptions): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => resolve());
    if (!followsLauncher) return;
    // A process whose parent has ended gets another one.
    const launcher = parentPid();
    const checking = setInterval(() => {
      if (parentPid() === launcher) return;
      clearInterval(checking);
      resolve();
    }, checkMs);
    checking.unref();
  });
}
