import { execFileSync } from "node:child_process";
import { copyFileSync, cpSync, existsSync, mkdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { execForm, type Stage, type Step } from "./dockerfile.ts";

/** The file system of a stage. `local` is its /usr/local; the rest of /usr is this machine's while something is built. */
export interface StageRoot {
  readonly root: string;
  readonly local: string;
}

/** What a stage leaves for running it. */
export interface Built extends StageRoot {
  readonly env: Readonly<Record<string, string>>;
  readonly workdir: string;
}

export interface BuildFrom {
  readonly work: string;
  /** A folder with Node's files, as in /usr/local. */
  readonly node: string;
  readonly context: string;
  readonly stages: ReadonlyMap<string, StageRoot>;
}

/** Replays the instructions of a stage in an empty folder that has Node and npm. Throws for one that it does not know. */
export function buildStage(stage: Stage, index: number, from: BuildFrom): Built {
  const root = join(from.work, `stage-${index}`);
  const local = join(from.work, `local-${index}`);
  for (const folder of ["usr", "etc", "proc", "dev", "tmp", "root"])
    mkdirSync(join(root, folder), { recursive: true });
  for (const name of ["bin", "sbin", "lib", "lib64"]) symlinkSync(`usr/${name}`, join(root, name));
  cpSync(from.node, local, { recursive: true, verbatimSymlinks: true });
  let workdir = "/";
  const env: Record<string, string> = {};
  const acts: Readonly<Record<string, (step: Step) => void>> = {
    WORKDIR: ({ rest }) => {
      workdir = rest;
      mkdirSync(join(root, workdir), { recursive: true });
    },
    COPY: (step) => copy(step, { root, local }, workdir, from),
    RUN: ({ rest }) => runInside({ root, local }, workdir, rest, env),
    ENV: ({ rest }) => {
      const [name = "", value = ""] = rest.split("=");
      env[name] = value;
    },
    ...Object.fromEntries(
      ["LABEL", "USER", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK"].map((name) => [name, () => undefined]),
    ),
    ENTRYPOINT: ({ rest }) => void execForm(rest),
    CMD: ({ rest }) => void execForm(rest),
  };
  for (const step of stage.steps) {
    const act = Object.hasOwn(acts, step.keyword) ? acts[step.keyword] : undefined;
    if (!act) throw new Error(`the replay does not know ${step.keyword}`);
    process.stdout.write(`  ${step.keyword} ${step.rest.slice(0, 100)}\n`);
    act(step);
  }
  return { root, local, env, workdir };
}

function copy({ flags, rest }: Step, { root }: StageRoot, workdir: string, from: BuildFrom): void {
  const stage = flags.get("from");
  const source = stage === undefined ? from.context : from.stages.get(stage)?.root;
  if (source === undefined) throw new Error(`there is no stage ${stage}`);
  const words = rest.split(/\s+/u);
  const target = words.pop() ?? "";
  const to = join(root, target.startsWith("/") ? target : join(workdir, target));
  for (const word of words) {
    const path = join(source, word);
    if (statSync(path).isDirectory()) cpSync(path, to, { recursive: true, verbatimSymlinks: true });
    else {
      const file = target.endsWith("/") ? join(to, word) : to;
      mkdirSync(dirname(file), { recursive: true });
      copyFileSync(path, file);
    }
  }
}

/** Runs a shell command as root in a stage, with this machine's /usr, except for /usr/local. */
function runInside(
  { root, local }: StageRoot,
  workdir: string,
  command: string,
  env: Readonly<Record<string, string>>,
): void {
  const cache = join(homedir(), ".npm");
  mkdirSync(cache, { recursive: true });
  mkdirSync(join(root, "tmp/npm"), { recursive: true });
  const mounts = [
    `mount --rbind /usr "$R/usr"`,
    `mount --bind "$L" "$R/usr/local"`,
    `mount --rbind /etc "$R/etc"`,
    `mount --rbind /dev "$R/dev"`,
    `mount --bind "$C" "$R/tmp/npm"`,
    `mount -t proc proc "$R/proc"`,
    `exec chroot "$R" /usr/bin/env -i PATH=/usr/local/bin:/usr/bin:/bin HOME=/root npm_config_cache=/tmp/npm ${Object.entries(
      env,
    )
      .map(([name, value]) => `${name}=${value}`)
      .join(" ")} /bin/sh -ec "cd \\"$W\\"; $COMMAND"`,
  ];
  execFileSync(
    "unshare",
    ["--mount", "--pid", "--fork", "--propagation", "private", "sh", "-ec", mounts.join("\n")],
    {
      env: {
        PATH: "/usr/bin:/bin:/usr/sbin:/sbin",
        R: root,
        L: local,
        C: cache,
        W: workdir,
        COMMAND: command,
      },
      stdio: ["ignore", "ignore", "inherit"],
    },
  );
}

/** Makes a built stage run without this machine's /usr: only Node, and the libraries that it is linked to. */
export function withoutThisMachine({ root, local }: StageRoot): void {
  cpSync(local, join(root, "usr/local"), { recursive: true, verbatimSymlinks: true });
  const linked = execFileSync("ldd", [join(local, "bin/node")], { encoding: "utf8" });
  for (const [library] of linked.matchAll(/\/\S+\.so\S*/gu)) {
    const target = join(root, library);
    mkdirSync(join(root, "usr", dirname(library)), { recursive: true });
    if (!existsSync(target)) copyFileSync(library, target);
  }
  // A container engine writes this file.
  writeFileSync(join(root, "etc/hosts"), "127.0.0.1 localhost\n");
  for (const name of ["null", "urandom"]) writeFileSync(join(root, "dev", name), "");
}
