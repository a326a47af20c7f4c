import { chownSync, mkdirSync, mkdtempSync, readFileSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startHarness } from "../../src/demo/harness.ts";
import { operator, reassignLine, voiceOps } from "../support/fixtures.ts";
import { formSays, person } from "../support/screen.ts";
import { until } from "../support/until.ts";
import { startContainer, type Container } from "./container.ts";
import type { Stage } from "./dockerfile.ts";
import type { Built } from "./stage-root.ts";

const imageUser = 10_001;

/** Runs the image against the fakes, stops it in the middle of a change, and yields what held. Throws otherwise. */
export async function* checkServer(image: Built, stage: Stage): AsyncGenerator<string> {
  let container: Container | undefined;
  let port = "";
  const harness = await startHarness({
    connected: ["cartesia"],
    // A busy machine may hold the change for longer than the default.
    environment: { LOG_LEVEL: "info", VENDOR_TIMEOUT_MS: "60000" },
    startServers: async ({ DATABASE_PATH: path = "", ...env }) => {
      const volume = join(path, "..");
      for (const each of [".", ...readdirSync(volume)]) chownSync(join(volume, each), imageUser, imageUser);
      const started = (container = startContainer({ image, stage, env, volume }));
      const readyLine = (): string | undefined =>
        started.lines.find((line) => line.includes('"msg":"ready"'));
      const ended = started.exited.then((code) => {
        throw new Error(`the server ended with ${code}: ${started.lines.join("\n")}`);
      });
      await Promise.race([ended, until("the server is ready", () => readyLine() !== undefined)]);
      ended.catch(() => undefined);
      port = /"port":(\d+)/u.exec(readyLine() ?? "")?.[1] ?? "";
      return { url: `http://127.0.0.1:${port}`, stop: async () => started.exited };
    },
  });
  if (!container) throw new Error("the harness started no server");
  try {
    const pid = container.pid();
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    expectMatch("its process", status, /^NSpid:\s+\d+\s+1$/mu);
    expectMatch("its user", status, /^Uid:\s+10001\s+10001\s+10001\s+10001$/mu);
    expectMatch("its capabilities", status, /^CapEff:\s+0+$/mu);
    expectMatch(
      "its program",
      readFileSync(`/proc/${pid}/cmdline`, "utf8"),
      /^node\0\/app\/dist\/main\.js\0start\0$/u,
    );
    expectMatch("its root", readFileSync(`/proc/${pid}/mounts`, "utf8"), /^\S+ \/ \S+ ro[, ]/mu);
    yield "node is process 1, as 10001 without capabilities, on a read-only root";
    if (container.checkHealth(port) !== 0) throw new Error("the health check fails on a running server");
    if (container.checkHealth("1") === 0) throw new Error("the health check passes without a server");
    yield "the health check passes on the server, and fails without it";
    const { cartesia } = harness.vendors;
    let release: (answer: unknown) => void = () => undefined;
    cartesia.fault({ kind: "hold", until: new Promise((resolve) => (release = resolve)) }, { on: "write" });
    const omar = person(harness, operator);
    await omar.command(reassignLine, { channelId: voiceOps });
    await formSays(harness, omar, "After:");
    await omar.submit();
    await until("the vendor has the change", () =>
      cartesia.requests.some(({ method }) => method === "PATCH"),
    );
    process.kill(pid, "SIGTERM");
    await until("the port is closed", async () =>
      fetch(`${harness.url()}/healthz`).then(
        () => false,
        () => true,
      ),
    );
    release(undefined);
    const code = await container.exited;
    const outcome = (await harness.audit()).find(({ kind }) => kind === "change.outcome");
    const done = JSON.stringify(outcome ?? container.lines.slice(-5));
    if (code !== 0 || !done.includes('"applied"')) throw new Error(`ended with ${code}: ${done}`);
    yield "SIGTERM in the middle of a change: the change ends as applied and on record, then the exit code is 0";
  } finally {
    await harness.close();
  }
}

/** Starts the image where it cannot work, and yields the words with which it refuses. */
export async function* checkRefusals(image: Built, stage: Stage): AsyncGenerator<string> {
  const env = {
    SLACK_APP_TOKEN: "xapp-1",
    SLACK_BOT_TOKEN: "xoxb-1",
    SLACK_API_URL: "http://127.0.0.1:9",
    CREDENTIAL_KEYS: `k:${Buffer.alloc(32).toString("base64")}`,
  };
  const volume = mkdtempSync(join(tmpdir(), "patchbay-volume-"));
  chownSync(volume, imageUser, imageUser);
  const keysFile = join(image.root, "run/secrets");
  mkdirSync(keysFile, { recursive: true });
  const tries = [
    ["without a volume", { env }, /read-only file system/u],
    [
      "on a read-only volume",
      { env, volume, volumeIsReadOnly: true },
      /read-only file system|no right to write/u,
    ],
    ["as another user", { env, volume, user: "10002:10002" }, /no right to write/u],
    [
      "with a folder for a secret",
      { env: { ...env, CREDENTIAL_KEYS: "", CREDENTIAL_KEYS_FILE: "/run/secrets" }, volume },
      /CREDENTIAL_KEYS_FILE names a folder/u,
    ],
  ] as const;
  for (const [how, options, words] of tries) {
    const container = startContainer({ image, stage, ...options });
    const code = await container.exited;
    const said = container.lines.join("\n");
    if (code === 0 || code === null || !words.test(said))
      throw new Error(`${how}: exit code ${code}, ${said}`);
    yield `${how}: exit code ${code}, “${said.replaceAll(/\s+/gu, " ").slice(0, 160)}”`;
  }
}

function expectMatch(what: string, text: string, pattern: RegExp): void {
  if (!pattern.test(text)) throw new Error(`${what} is not ${pattern}: ${text.slice(0, 300)}`);
}
