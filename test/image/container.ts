import { spawn, execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { execForm, lastStep, type Stage } from "./dockerfile.ts";
import type { Built } from "./stage-root.ts";

/** How the image is started. */
export interface ContainerOptions {
  readonly image: Built;
  readonly stage: Stage;
  readonly env: Readonly<Record<string, string>>;
  /** The folder that is mounted at /data; without it there is no volume. */
  readonly volume?: string;
  readonly volumeIsReadOnly?: boolean;
  /** Another user than the image's. */
  readonly user?: string;
  readonly args?: readonly string[];
}

/** A started container, as far as mount and process namespaces make one. */
export interface Container {
  readonly lines: readonly string[];
  readonly exited: Promise<number | null>;
  /** The process that is number 1 inside. */
  pid(): number;
  /** Runs the image's health check inside. Returns its exit code. */
  checkHealth(port: string): number;
}

/** Starts the image with a read-only root, in a process namespace of its own, where its entry point is process 1. */
export function startContainer(options: ContainerOptions): Container {
  const { image, stage, env, volume, volumeIsReadOnly = false, args } = options;
  const user = options.user ?? lastStep(stage, "USER")?.rest ?? "";
  const entry = execForm(lastStep(stage, "ENTRYPOINT")?.rest ?? "[]");
  const command = [...entry, ...(args ?? execForm(lastStep(stage, "CMD")?.rest ?? "[]"))];
  const script = [
    `mount --bind "$R" "$R"`,
    ...(volume === undefined ? [] : [`mount --bind "$V" "$R/data"`]),
    ...(volumeIsReadOnly ? [`mount -o remount,bind,ro "$R/data"`] : []),
    `mount -t tmpfs tmpfs "$R/tmp"`,
    `mount -t proc proc "$R/proc"`,
    `for d in null urandom; do mount --bind "/dev/$d" "$R/dev/$d"; done`,
    `mount -o remount,bind,ro "$R"`,
    `exec chroot --userspec="$U" --groups= "$R" "$@"`,
  ].join("\n");
  const flags = ["--mount", "--pid", "--fork", "--kill-child", "--propagation", "private"];
  const child = spawn("unshare", [...flags, "sh", "-ec", script, "sh", ...command], {
    env: {
      ...image.env,
      ...env,
      PATH: "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      R: image.root,
      V: volume ?? "",
      U: user,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on("line", (line) => lines.push(line));
  const exited = once(child, "close").then(([code]) => (typeof code === "number" ? code : null));
  const pid = (): number =>
    Number(readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "utf8").trim());
  return {
    lines,
    exited,
    pid,
    checkHealth: (port) => healthOf(pid(), user, port, lastStep(stage, "HEALTHCHECK")?.rest ?? ""),
  };
}

function healthOf(pid: number, user: string, port: string, check: string): number {
  const [program = "", ...args] = execForm(check.replace(/^CMD\s+/u, ""));
  const [uid = "", gid = ""] = user.split(":");
  const inside = [
    "--target",
    String(pid),
    "--mount",
    "--pid",
    "--root",
    "--wd=/",
    "--setuid",
    uid,
    "--setgid",
    gid,
  ];
  try {
    execFileSync("nsenter", [...inside, `/usr/local/bin/${program}`, ...args], {
      env: { PORT: port },
      stdio: "ignore",
    });
    return 0;
  } catch (error) {
    if (error instanceof Error && "status" in error && typeof error.status === "number") return error.status;
    throw error;
  }
}
